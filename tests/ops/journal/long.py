"""A journal of years, written by the database itself: a hundred thousand entries in about a second."""

from django.db import connection

ENTRIES = 100_000
PEOPLE, APPS = 40, 11
ENTRY = """
INSERT INTO ops_entry (id, at, actor_id, actor_name, actor_profile, actor_address, session_reference,
                       app_id, app_name, app_title, action, before, after, command_line)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
SELECT {id}, {at}, {n} % {people}, 'Personne ' || ({n} % {people}), 'operator', '192.0.2.1', 'abc',
       CASE WHEN {action} IN ('sign_in', 'invite') THEN '' ELSE 'app-' || ({n} % {apps}) END,
       CASE WHEN {action} IN ('sign_in', 'invite') THEN '' ELSE 'app-' || ({n} % {apps}) END,
       CASE WHEN {action} IN ('sign_in', 'invite') THEN '' ELSE 'App ' || ({n} % {apps}) END,
       {action}, {json}, {json}, ''
FROM numbers
"""
OUTCOME = """
INSERT INTO ops_outcome (entry_id, at, kind, reason, detail, request_id)
SELECT id, at, 'done', '', {json}, '' FROM ops_entry
"""
# A third of it is people who sign in; an invitation comes once in a thousand.
ACTION = "CASE WHEN n % 1000 = 0 THEN 'invite' WHEN n % 3 = 0 THEN 'sign_in' WHEN n % 2 = 0 THEN 'sleep' ELSE 'wake' END"
DIALECTS = {
    "sqlite": {
        "id": "printf('%032x', n)",
        "at": "datetime('2026-11-20 10:00:00', '-' || (n * 10) || ' minutes')",
        "json": "'{}'",
    },
    "postgresql": {
        "id": "lpad(to_hex(n), 32, '0')::uuid",
        "at": "timestamptz '2026-11-20 10:00:00+00' - n * interval '10 minutes'",
        "json": "'{}'::jsonb",
    },
}


def write_years(count: int = ENTRIES) -> None:
    words = {**DIALECTS[connection.vendor], "n": "n", "action": ACTION}
    with connection.cursor() as cursor:
        cursor.execute(ENTRY.format(**words, count=count, people=PEOPLE, apps=APPS))
        cursor.execute(OUTCOME.format(**words))
