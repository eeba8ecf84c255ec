"""Hands on an explorer: by keyboard alone, or by touch alone."""

from __future__ import annotations

from playwright.sync_api import Page

ACTIVE = """() => {
  const at = document.activeElement;
  const label = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent;
  const legend = at.closest("fieldset")?.querySelector("legend").textContent;
  return (legend ? legend + ": " : "") + label.trim();
}"""
"""What has the focus: `Window: height`, or the words on a button."""

MOST_STOPS = 90
"""More than any explorer has: the tab key is then back where it began."""


class Keyboard:
    """Does everything with keys. Fields are named with their legend: `Window: height`."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, name: str) -> None:
        """Press Tab until something has the focus whose name begins so."""
        for _ in range(MOST_STOPS):
            if self.page.evaluate(ACTIVE).startswith(name):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tab key does not come to {name!r}")

    def press(self, name: str) -> None:
        self.go(name)
        self.page.keyboard.press("Enter")

    def set(self, name: str, value: int) -> None:
        """Type a number into a field."""
        self.go(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(str(value))

    def choose(self, name: str, first_letters: str) -> None:
        """Choose an option by its first letters."""
        self.go(name)
        self.page.keyboard.type(first_letters)

    def cell(self, name: str, row: int, column: int, value: int, brush: str) -> None:
        """Paint a cell of a sheet."""
        self.set(brush, value)
        self.go(name)
        keys = ["Control+Home", *["ArrowDown"] * row, *["ArrowRight"] * column, "Enter"]
        for key in keys:
            self.page.keyboard.press(key)


class Touch:
    """Does everything with a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).tap()

    def set(self, name: str, value: int) -> None:
        """Tap − or + until the number is there."""
        legend, _, label = name.partition(": ")
        group = self.page.get_by_role("group", name=legend)
        field = group.get_by_role("spinbutton", name=label, exact=True)
        steps = value - int(field.input_value())
        side = group.get_by_label(f"{'more' if steps > 0 else 'less'} {label}", exact=True)
        for _ in range(abs(steps)):
            side.tap()

    def choose(self, name: str, option: str) -> None:
        """What a phone's own list does when an option is tapped."""
        legend, _, label = name.partition(": ")
        group = self.page.get_by_role("group", name=legend)
        group.get_by_label(label, exact=True).select_option(label=option)

    def cell(self, name: str, row: int, column: int, value: int, brush: str) -> None:
        self.set(brush, value)
        sheet = self.page.locator(f'svg[aria-label^="{name}"]:visible').first
        columns = int(sheet.get_attribute("aria-label").rpartition("×")[2])
        sheet.locator("g.cell").nth(row * columns + column).tap(force=True)


def done(page: Page) -> list[bool]:
    """Which tasks are done."""
    return page.evaluate(
        """[...document.querySelectorAll(".tasks li")].map((task) => task.className === "done")"""
    )


def said(page: Page) -> str:
    """The state in words, as screen readers read it out."""
    return page.locator(".live").inner_text()
