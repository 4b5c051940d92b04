"""The page with a hundred thousand entries: few queries, each of which finds its way by an index."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsconsole.ops.journal.search import apps, people
from tests.ops.access.conftest import Browser
from tests.ops.journal.long import APPS, ENTRIES, PEOPLE, write_years

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15
ASKED: list[dict[str, str]] = [
    {},
    {"geste": "tout"},
    {"geste": "personnes"},
    {"qui": "7"},
    {"site": "app-1"},
    {"jour": "2025-05-05"},
    {"avant": "2025-03-01T00:00:00+00:00"},
]


def plan_of(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        return [row[3] for row in cursor.fetchall()]


def reads_a_whole_table(step: str) -> bool:
    """A walk along an index ends when the page is full; one of the table itself, or a sort of it, does not."""
    whole = re.fullmatch(r"SCAN (ops_entry|ops_outcome|U\d)", step)
    return bool(whole) or step in {"USE TEMP B-TREE FOR ORDER BY", "USE TEMP B-TREE FOR GROUP BY"}


def test_a_hundred_thousand_entries_are_found_by_index_in_few_queries(operator: Browser) -> None:
    write_years()
    for asked in ASKED:
        with CaptureQueriesContext(connection) as queries:
            page = operator.get("/journal/?" + urlencode(asked)).content.decode()
        assert page.count('class="entry__say"') == 50, asked
        assert len(queries) <= MOST_QUERIES, asked
        if connection.vendor == "sqlite":  # PostgreSQL chooses by statistics that a fresh table has not
            mine = [
                query["sql"] for query in queries if "ops_entry" in query["sql"] and "SELECT" in query["sql"]
            ]
            assert [step for query in mine for step in plan_of(query) if reads_a_whole_table(step)] == [], (
                asked
            )
    assert (len(people()), len(apps()), ENTRIES) == (PEOPLE, APPS, 100_000)


def test_the_judge_of_plans_knows_a_bad_one() -> None:
    if connection.vendor == "sqlite":
        plan = plan_of("SELECT id FROM ops_entry WHERE actor_address = '' ORDER BY app_title")
        assert [step for step in plan if reads_a_whole_table(step)] == plan
