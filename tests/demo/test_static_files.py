"""Static files as the served console gives them: named by their content, kept for good, compressed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.launched import launch
from tests.demo.visitor import Visitor

pytestmark = pytest.mark.frontend
STYLE_SHEET = re.compile(r'href="(/static/build/console\.[0-9a-f]{12}\.css)"')


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    with launch(tmp_path) as demo:
        visitor = Visitor(demo.port)
        yield visitor
        visitor.close()


def test_a_style_sheet_is_named_by_its_content_and_kept_for_good(visitor: Visitor) -> None:
    found = STYLE_SHEET.search(visitor.get("/accounts/login/").text)
    assert found is not None
    sheet = visitor.get(found[1])
    assert sheet.status == 200
    assert "immutable" in sheet.headers["Cache-Control"]
    assert sheet.headers["Vary"] == "Accept-Encoding"
    assert sheet.headers["Cross-Origin-Resource-Policy"] == "same-origin"
