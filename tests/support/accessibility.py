"""What axe-core finds on a page, and the few findings that belong to Streamlit's own frame."""

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
"""Sets of rules that a page keeps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameworkFinding:
    """Markup that Streamlit alone writes and that nobody who uses it can change."""

    rule: str
    """Name of the rule of axe-core."""
    within: str
    """Selector: an element that breaks the rule is excused only inside one of these."""
    reason: str
    """What it is, and why nobody but Streamlit can change it."""


FRAMEWORK = (
    FrameworkFinding(
        rule="presentation-role-conflict",
        within='[data-testid="stFileUploaderDropzone"]',
        reason="The field that files are dropped on has the role of an ornament, yet can have the focus; every "
        "st.file_uploader has it, and it takes no other role.",
    ),
)
"""All that is excused; each is found in a program of Streamlit's widgets alone too, which a test sees to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One element that breaks one rule."""

    rule: str
    """Name of the rule of axe-core."""
    html: str
    """The element, cut after 300 characters."""
    is_framework: bool
    """Whether it is named in `FRAMEWORK`."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.html}"


def findings(page: Page) -> list[Finding]:
    """Every element of the page as it stands that breaks a rule, Streamlit's own among them."""
    response = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}}).response
    return [
        Finding(rule=violation["id"], html=node["html"][:300], is_framework=_is_framework(page, violation["id"], node))
        for violation in response["violations"]
        for node in violation["nodes"]
    ]


def ours(page: Page) -> list[str]:
    """The same in words, without what only Streamlit could change."""
    return [str(found) for found in findings(page) if not found.is_framework]


def _is_framework(page: Page, rule: str, node: dict) -> bool:
    target = node["target"][-1]
    # In the shadow of a component stands what this program wrote.
    if isinstance(target, list):
        return False
    return any(
        page.evaluate("([target, within]) => !!document.querySelector(target)?.closest(within)", [target, one.within])
        for one in FRAMEWORK
        if one.rule == rule
    )
