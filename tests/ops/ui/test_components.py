"""The components, rendered alone: what they show, what they keep from being shown, and what they refuse."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory

from opsconsole.ops.ui import samples

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


def render(source: str, **values: Any) -> str:
    """The template as one line, spaces as a browser folds them."""
    return re.sub(r"\s+", " ", Template(source).render(Context(values)))


class NameForm(forms.Form):
    name = forms.CharField(label="Nom court", help_text="Il s’écrit inscriptions")


def test_a_sign_is_never_read_aloud_instead_of_its_word() -> None:
    signs = render('{% icon "check" %}{% disc "awake" %}{% great_disc "awake" %}')
    assert signs.count("<svg") == signs.count('aria-hidden="true"') == 3


def test_a_badge_says_its_state_in_a_word() -> None:
    badge = render('{% badge "asleep" "En veille" %}')
    assert 'data-state="asleep"' in badge
    assert "En veille" in badge


def test_a_rising_disc_is_whole_and_at_its_height() -> None:
    assert 'data-rise="2"' in (disc := render('{% great_disc "waking" rise=2 %}'))
    assert "#s-awake" in disc


def test_a_standing_disc_has_the_shape_of_its_state() -> None:
    assert "#s-down" in (disc := render('{% great_disc "down" %}'))
    assert "data-rise" not in disc


def test_a_button_that_leads_somewhere_is_a_link() -> None:
    assert render('{% button "Voir" href="/apps/" %}').strip().startswith('<a class="button" href="/apps/">')


def test_a_button_wears_the_colour_and_the_disc_of_where_it_leads() -> None:
    button = render('{% button "Réveiller" kind="wake" size="big" %}')
    assert 'class="button button--wake button--big" type="submit"' in button
    assert "#s-waking" in button


def test_a_button_that_is_off_sends_nothing_and_says_why() -> None:
    button = render('{% button "Mettre en veille" href="/x" why="Déjà demandé." why_id="w" %}')
    assert 'type="button" aria-disabled="true" aria-describedby="w"' in button
    assert '<span class="why" id="w">Déjà demandé.</span>' in button
    assert "href" not in button


def test_a_button_names_aloud_what_it_acts_on() -> None:
    assert '<span class="sr"> Le site</span>' in render('{% button "Redémarrer" about="Le site" %}')


def test_an_act_is_posted_once_with_its_token_and_its_values() -> None:
    request = RequestFactory().get("/")
    source = '{% csrf_token %}{% act "Réveiller" url="/wake/" kind="wake" hidden=hidden %}'
    page = Template(source).render(RequestContext(request, {"hidden": {"from": "home"}}))
    form = page[page.index("<form") :]
    assert 'method="post" action="/wake/" data-once' in form
    assert "csrfmiddlewaretoken" in form
    assert '<input type="hidden" name="from" value="home">' in form


def test_what_somebody_wrote_is_never_taken_for_html() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    row = {**samples.dynos(NOW)[0], "command": hostile}
    page = render(
        "{% notice %}{{ text }}{% endnotice %}{% dyno row %}{% button text %}", text=hostile, row=row
    )
    assert "<img" not in page
    assert page.count("&lt;img") == 3


@pytest.mark.parametrize(
    ("kind", "icon"), [("ok", "check"), ("warn", "alert"), ("bad", "no"), ("info", "info")]
)
def test_a_notice_has_the_icon_of_its_kind(kind: str, icon: str) -> None:
    assert f"#i-{icon}" in render('{% notice kind %}<a href="/">Voir</a>{% endnotice %}', kind=kind)


def test_an_unknown_kind_of_notice_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        render('{% notice "purple" %}{% endnotice %}')


def test_an_argument_that_no_component_has_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        render('{% badge "asleep" word="En veille" colour="red" %}')


def test_a_card_names_its_site_and_its_button_aloud() -> None:
    card = render("{% app_card card %}", card=samples.cards(NOW)[0])
    assert 'data-state="awake" aria-labelledby="card-awake-name"' in card
    assert '<span class="sr"> Agenda des salles</span>' in card


def test_a_card_without_a_button_says_why_in_its_place() -> None:
    card = render("{% app_card card %}", card=samples.cards(NOW)[2])
    assert "Demandé par Claire Morel" in card
    assert "<button" not in card
    assert 'class="button' not in card


@time_machine.travel(NOW, tick=False)
def test_a_dyno_says_since_when_in_both_ways() -> None:
    row = render("{% dyno row %}", row=samples.dynos(NOW)[0]).replace("\xa0", " ")
    assert "8 h 02</time>, <time" in row
    assert "il y a 2 h 12" in row


def test_a_dyno_without_a_gesture_has_no_button() -> None:
    assert "<button" not in render("{% dyno row %}", row=samples.dynos(NOW)[1])


def test_a_gauge_draws_what_its_label_says() -> None:
    gauge = render('{% gauge say="Il reste 188 h." label="En mots" total=1000 mine=497 others=315 %}')
    assert 'role="img" aria-label="En mots"' in gauge
    assert 'class="gauge__mine" width="497"' in gauge
    assert 'class="gauge__others" width="812"' in gauge


def test_a_gauge_that_overflows_stays_in_its_frame() -> None:
    gauge = render('{% gauge say="" label="" total=550 mine=400 others=200 %}').replace("\xa0", " ")
    assert 'class="gauge__others" width="1000"' in gauge
    assert "Reste : 0 h sur 550" in gauge


def test_an_entry_folds_the_detail_and_shows_the_sentence() -> None:
    entry = render("{% entry line %}", line=samples.entries(NOW)[3])
    assert "<b>Claire Morel</b> a mis en veille <b>Inscriptions</b>." in entry
    assert entry.index("<details") < entry.index("heroku ps:scale web=0") < entry.index("</details>")


def test_an_entry_that_cannot_be_undone_offers_nothing() -> None:
    assert "entry__undo" not in render("{% entry line %}", line=samples.entries(NOW)[0])


@time_machine.travel(NOW, tick=False)
def test_a_story_dates_what_is_done_and_counts_what_goes_on() -> None:
    story = render("{% story steps %}", steps=samples.story(NOW)).replace("\xa0", " ")
    assert "10:14:00</time>" in story
    assert 'data-relative="elapsed">0 s</time>' in story
    assert 'class="is-next"' in story


def test_a_moment_is_given_to_machines_too() -> None:
    assert '<time datetime="2026-11-23T09:14:00+00:00" data-relative>' in render(
        "{% ago moment %}", moment=NOW
    )


def test_a_field_links_its_hint_and_its_error() -> None:
    form = NameForm({"name": ""})
    field = render("{% field form.name %}", form=form)
    described = re.search(r'aria-describedby="([^"]+)"', field)
    assert described
    assert [f'id="{part}"' in field for part in described[1].split()] == [True, True]
    assert 'aria-invalid="true"' in field


def test_a_field_that_is_right_shows_no_error() -> None:
    assert "error" not in render("{% field form.name %}", form=NameForm({"name": "inscriptions"}))


def test_the_summary_of_errors_leads_to_each_field() -> None:
    summary = render("{% form_errors form %}", form=NameForm({"name": ""}))
    assert 'role="alert" tabindex="-1" data-error-summary' in summary
    assert '<a href="#id_name">Nom court</a>' in summary


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% form_errors form %}", form=NameForm()).strip() == ""


def test_a_price_is_read_aloud_as_before_and_after() -> None:
    flat = {"amount": "75 $", "per": "par mois", "small": ""}
    price = render("{% price before=flat after=flat %}", flat=flat)
    assert price.index("Maintenant") < price.index("75 $") < price.index("Ensuite")


def test_the_page_of_components_renders_with_every_variable(rf: RequestFactory) -> None:
    from opsconsole.ops.ui.views import components  # noqa: PLC0415

    page = components(rf.get("/ui/")).content.decode()
    assert page.count('class="card"') == 12
    assert "comment" not in page
