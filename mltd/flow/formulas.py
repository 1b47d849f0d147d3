"""Formulas: what a column is computed from and how, in a form in which equal ways of writing are equal.

A formula is a sum of products, its terms and factors in order, over leaves: a column of a table, or something that the
code is given, by its name. Casts and names for parts of a computation leave no trace. What is not understood as a
whole is no formula.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

#: Products of a formula's sum.
MAX_PRODUCTS = 400
#: A column or something given by its name, a number, a call or an operation of formulas.
Atom = tuple[object, ...]
#: ``column`` or ``given``, and a name.
Leaf = tuple[str, str]
#: Factors with their powers, in order.
Product = tuple[tuple[Atom, float], ...]


@dataclass(frozen=True)
class Formula:
    """A sum: products with their factors."""

    terms: tuple[tuple[Product, float], ...]

    @property
    def leaves(self) -> frozenset[Leaf]:
        """What it is computed from: pairs of ``column`` or ``given`` and a name."""
        found: set[Leaf] = set()
        todo: list[object] = [self.terms]
        while todo:
            current = todo.pop()
            if isinstance(current, Formula):
                todo.append(current.terms)
            elif isinstance(current, tuple):
                if len(current) == 2 and current[0] in ("column", "given") and isinstance(current[1], str):
                    found.add((str(current[0]), current[1]))
                else:
                    todo += current
        return frozenset(found)

    @property
    def leaf(self) -> Leaf | None:
        """The one thing that it is, if nothing is computed."""
        if len(self.terms) == 1 and self.terms[0][1] == 1:
            product = self.terms[0][0]
            if len(product) == 1 and product[0][1] == 1 and product[0][0][0] in ("column", "given"):
                kind, name = product[0][0]
                return str(kind), str(name)
        return None

    @property
    def computes(self) -> bool:
        """Whether something is computed from at least one leaf."""
        return self.leaf is None and bool(self.leaves)

    def replaced(self, formulas: dict[Leaf, Formula]) -> Formula:
        """The same with the formulas of some leaves in their place. Raises :class:`TooLong`."""
        result = Formula(())
        for product, factor in self.terms:
            part = number(factor)
            for atom, power in product:
                known: Any = atom
                inner = formulas.get(known) or Formula(((((_within(atom, formulas), 1.0),), 1.0),))
                part = times(part, raised(inner, power))
            result = total([*result.terms, *part.terms])
        return result

    def renamed(self, names: dict[Leaf, str]) -> Formula:
        """The same over other leaves; two leaves may become one."""
        return total(
            [
                (_product({_renamed(atom, names): power for atom, power in product}), factor)
                for product, factor in self.terms
            ]
        )


def _within(part: Any, formulas: dict[Leaf, Formula]) -> Any:
    if isinstance(part, Formula):
        return part.replaced(formulas)
    if isinstance(part, tuple) and part not in formulas:
        return tuple(_within(item, formulas) for item in part)
    return part


def _renamed(part: Any, names: dict[Leaf, str]) -> Any:
    if isinstance(part, Formula):
        return part.renamed(names)
    if isinstance(part, tuple):
        if part in names:
            return ("leaf", names[part])
        return tuple(_renamed(item, names) for item in part)
    return part


def total(terms: list[tuple[Product, float]]) -> Formula:
    """A sum of products, each once."""
    collected: dict[Product, float] = {}
    for product, factor in terms:
        collected[product] = collected.get(product, 0.0) + factor
    kept = [(product, _rounded(factor)) for product, factor in collected.items() if _rounded(factor)]
    return Formula(tuple(sorted(kept, key=repr)))


def _rounded(value: float) -> float:
    return float(f"{value:.12g}") if math.isfinite(value) else value


def times(first: Formula, second: Formula) -> Formula:
    """A product of two sums, multiplied out. Raises :class:`TooLong` past the bound."""
    if len(first.terms) * len(second.terms) > MAX_PRODUCTS:
        raise TooLong
    found: list[tuple[Product, float]] = []
    for left, one in first.terms:
        for right, other in second.terms:
            powers: dict[Atom, float] = dict(left)
            for atom, power in right:
                powers[atom] = powers.get(atom, 0.0) + power
            found.append((_product(powers), one * other))
    return total(found)


def _product(powers: dict[Atom, float]) -> Product:
    return tuple(sorted(((atom, power) for atom, power in powers.items() if power), key=repr))


def atom(*parts: object) -> Formula:
    """A formula of one factor."""
    return Formula(((((tuple(parts), 1.0),), 1.0),))


def number(value: float) -> Formula:
    """A formula of a number alone."""
    return Formula((((), _rounded(float(value))),)) if value else Formula(())


def raised(base: Formula, power: float) -> Formula:
    """A formula to a power. Raises :class:`TooLong` past the bound."""
    if power in (2, 3):
        return times(base, raised(base, power - 1))
    if power == 1 or not base.terms:
        return base
    product, factor = base.terms[0]
    if factor < 0 and power != int(power):
        return Formula(((((("sum", base), power),), 1.0),))
    scale = _rounded(factor**power)
    if len(base.terms) == 1:
        return Formula(((_product({atom: one * power for atom, one in product}), scale),))
    return Formula(((((("sum", times(number(1 / factor), base)), power),), scale),))


class TooLong(ValueError):
    """A formula with more products than are kept."""
