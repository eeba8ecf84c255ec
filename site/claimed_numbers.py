"""The numbers in a sentence, and whether code or what it printed has them.

Numbers that claim nothing are left out by rule: `RULES` has each with what it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from autograder.lessons.roles import role_of

TIME = r"(?:\d+|half|a|one|two|three|four|five|eight|twenty)"

RULES = {
    "a formula, or code": r"\$[^$]*\$|`[^`]*`",
    "where a link leads": r"\]\([^)]*\)",
    "a tag": r"<[^>]+>",
    "a lesson": r"\d\d · \w+(?: and \w+)?|"
    r"[Ll]essons? \[?\d\d\b\]?(?:\s*(?:,|and|to|or|, and)\s*\[?\d\d\b\]?)*",
    "a part of a paper or a page": r"(?i:\b(?:sections?|tables?|figures?|chapters?|steps?|tasks?|"
    r"questions?|rows?|filters?|channels?|layers?|blocks?|towers?|pages?)) "
    r"\d+(?:\.\d+)*(?:(?:, | and | to |, ?and | or )\d+)*\b",
    "the number of an item": r"^\W*\d+\s*(?:[.:*·](?!\d)|\W*$)",
    "points of an exercise": r"^\W*\d points?:|^\W*Half a point\b|\(half a point for each\)",
    "how long something takes": rf"\b{TIME}(?:(?:-| to | or | and a ){TIME})*(?: an?)? "
    r"(?:seconds?|minutes?|hours?|evenings?)\b(?: and a half)?",
    "zero and one": r"(?<![\d.,×/])[01](?![\d×]|[.,]\d| ?%| ×| in )",
    "the sides of a small window": r"(?<![\d×.])(?:[1-9]×[1-9]|11×11)(?:×[1-9])?(?![\d×])",
    "a digit that is read": r"\b(?:[Aa]n?|[Tt]he|all) [0-9]s?"
    r"(?= (?:and|or|has|is|looks|reads?|as|to)\b|[.,;:](?!\d))",
    "an ordinal": r"\b\d+(?:st|nd|rd|th)\b",
    "half of a turn or a step": r"\bhalf (?:a |an )?(?:turn|steps?|pixels?|way)\b",
}
"""What a number that claims nothing is, and how it is written."""

ONE = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand|many"

COUNTS = {
    **{"": 1, "half a": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
    **{"six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty": 20},
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80},
}
LARGE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}

IN_WORDS = re.compile(
    rf"\b(?:(?P<count>{'|'.join(sorted(filter(None, COUNTS), key=len, reverse=True))}) )?"
    rf"(?P<large>{'|'.join(LARGE)})(?! times)\b",
    re.IGNORECASE,
)
"""A large number in words."""

PART = "third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|hundredth"
WORDS = re.compile(
    rf"\b(?:half|a third(?! curve)|a quarter|twice|doubles?(?!-click| bars)|halve[ds]?(?! of)|"
    rf"(?:{PART})s|(?:a|an|one) (?:{PART})(?= of | more | less )|hundredth|\w+[dnreo](?<!un)fold|"
    rf"hundreds|thousands|millions|billions|per ?cent|(?:{ONE}) points?|"
    rf"(?:{ONE}) (?:\w+ )?(?:in|out of) (?:three|four|five|ten|twenty\S*))(?!\w)|"
    rf"\b(?:{ONE}|\d+) times "
    r"(?=as |the |more|less|fewer|faster|slower|smaller|larger|longer|that )",
    re.IGNORECASE,
)
"""Words that measure: what they are of, no cell prints."""

NUMBER = re.compile(
    r"(?<![\w.,])(?<![A-Za-z]-)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<unit>(?: |\u00a0)?(?:%|‰|million|billion|thousand|[KMG]i?B)(?!\w))?(?!\w)"
)
ROUGH = re.compile(
    r"(?:about|some|nearly|almost|around|roughly|over|below|under|than|least|most|up to|≈|~) ?$"
)
UNITS = {
    **{"%": (1, 0.01), "‰": (1, 0.001), "thousand": (1, 1e3), "million": (1, 1e6)},
    **{"billion": (1, 1e9), "KB": (1, 1e3), "MB": (1, 1e6), "GB": (1, 1e9)},
    **{"KiB": (1, 2**10), "MiB": (1, 2**20), "GiB": (1, 2**30)},
}
"""By what a number is multiplied that has a unit: as it is printed, and in full."""

WHOLE = re.compile(r"\d (?:\w+ )?(?:in|of|out of) $")
"""What stands before the whole of a share, as before the 10 of "8 digits in 10"."""

SHARE = re.compile(r" ?(?:\w+ )?(?:in|of|out of) (1,000|100?)\b")

PRINTED = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?")
PIECE = r"(?:[\d\s+−×·/().]|,(?=\d))"
SUM = re.compile(
    rf"(?<![\w.,])(?P<left>[\d(]{PIECE}*[+−×·/]{PIECE}*?) (?P<sign>[=≈]) "
    r"(?P<said>\d[\d,]*(?:\.\d+)?)"
)
CODE = str.maketrans({"−": "-", "×": "*", "·": "*", ",": None})


class Number(NamedTuple):
    """A number as a text has it: its value, half a unit of its last place, and its scales."""

    text: str
    value: float
    half: float
    scales: tuple[float, ...]

    @property
    def digits(self) -> int:
        """How many digits say something."""
        return len(re.sub(r"\D", "", self.text).strip("0") or " ")

    def in_code(self) -> Number:
        """The same as code has it: percents there are fractions."""
        return self._replace(scales=self.scales[1:]) if self.text.endswith("%") else self

    def among(self, values: Iterable[float]) -> float | None:
        """The first of some values that, rounded as the text is, is this number."""
        return next((one for one in values if self.equals(one)), None)

    def equals(self, value: float) -> bool:
        near = (abs(value - self.value * by) <= self.half * by * 1.0001 for by in self.scales)
        return any(near)


def bare(sentence: str) -> str:
    """A sentence without what is no claim by one of the rules."""
    for pattern in RULES.values():
        sentence = re.sub(pattern, " ", sentence)
    return sentence


def numbers_in(sentence: str) -> list[Number]:
    """The numbers of a sentence that claim something; what words measure equals nothing."""
    text = bare(sentence)
    shares = [one for one in NUMBER.finditer(text) if not WHOLE.search(text[: one.start()])]
    found = [number(one, text) for one in shares]
    text = NUMBER.sub(" ", text)
    found += [in_words(one, text) for one in IN_WORDS.finditer(text)]
    left = IN_WORDS.sub(" ", text)
    return found + [Number(one[0].strip(), 0, 0, ()) for one in WORDS.finditer(left)]


def in_words(found: re.Match[str], text: str) -> Number:
    """A large number in words, as "sixty million"."""
    value = COUNTS[(found["count"] or "").lower()] * LARGE[found["large"].lower()]
    rough = ROUGH.search(text[: found.start()])
    return Number(found[0], value, value / 20 if rough else 0.0, (1,))


def number(found: re.Match[str], text: str) -> Number:
    """A number, and how exactly it is meant: after "about" to within a twentieth."""
    digits = found["digits"].replace(",", "")
    value, decimals = float(digits), len(digits.partition(".")[2])
    half = 0.5 * 10**-decimals if decimals or found["unit"] else 0.0
    if ROUGH.search(text[: found.start()]):
        half = max(half, value / 20)
    scales = UNITS.get((found["unit"] or "").strip(), (1,))
    if share := SHARE.match(text, found.end()):
        whole = float(share[1].replace(",", ""))
        half, scales = half or 0.5, (1, 1 / whole, 100 / whole)
    return Number(found[0].strip(), value, half, scales)


def sums_in(sentence: str) -> tuple[set[str], list[str]]:
    """The numbers that stand in sums of a sentence which are so, and the sums that are not."""
    right, wrong = set(), []
    for found in SUM.finditer(sentence):
        said = found["said"].replace(",", "")
        off = 0.5 * 10 ** -len(said.partition(".")[2]) if found["sign"] == "≈" else 0
        value = value_of(found["left"].translate(CODE))
        if value is not None and abs(value - Fraction(said)) <= off:
            right |= set(re.findall(r"\d[\d,.]*\d|\d", found[0]))
        else:
            wrong.append(found[0])
    return right, wrong


def value_of(expression: str) -> Fraction | None:
    """What a sum of plain numbers gives, exactly; `None` if it is none."""
    try:
        exact = re.sub(r"\d+(?:\.\d+)?", r"Fraction('\g<0>')", expression)
        return eval(exact, {"Fraction": Fraction})
    except (SyntaxError, ZeroDivisionError, TypeError):
        return None


def numbers_of_code(source: str) -> list[float]:
    """The numbers that code sets."""
    nodes = ast.walk(ast.parse(source))
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return [float(one) for one in values if type(one) in (int, float)]


def numbers_of_outputs(cell) -> list[float]:
    """The numbers that a cell printed or drew; what its own strings say is not among them.

    Of the small worked examples and the checks only numbers count that could be no others.
    """
    said = "\n".join(text_of(output) for output in cell.outputs)
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            said = said.replace(node.value, " ")
    found = [one.replace(",", "") for one in PRINTED.findall(said)]
    return [float(one) for one in found if not role_of(cell) or len(one.replace(".", "")) >= 3]


def text_of(output) -> str:
    """The text of an output: what was printed, or what a picture says in words."""
    return output.get("text") or output.get("data", {}).get("text/plain", "")
