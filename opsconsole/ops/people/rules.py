"""What nobody may do to people, whatever their rights: facts in, the name of a reason out."""


def refusal(actor_id: str, *, person_id: str, administrators: frozenset[str], stays: bool) -> str:
    """Return why a change of somebody's profile, sites or account is refused, "" when it is not.

    `administrators` are the active ones as they are now, not as they were when the page was opened; `stays`: the person
    can still sign in as an administrator afterwards.
    """
    if not stays and administrators == {person_id}:
        return "last_administrator"
    if actor_id not in administrators:
        return "right"
    return "own_account" if actor_id == person_id else ""
