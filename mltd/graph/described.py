"""Fits that only describe data: a regression of which nothing but the coefficients and the score is looked at.

The slope of a calibration, the betas of a portfolio: such a regression predicts nothing, so it corrects no other model,
and its score is a figure of the data and judges no model. Whoever multiplies by the coefficients predicts by hand.
"""

from __future__ import annotations

from mltd import facts
from mltd.flow.events import Event, Site
from mltd.flow.program import Modules, nodes, statements
from mltd.graph.bodies import below, body_at, expressions

#: What a fitted regression has found.
#: https://scikit-learn.org/stable/modules/generated/sklearn.linear_model.LinearRegression.html,
#: https://www.statsmodels.org/stable/generated/statsmodels.regression.linear_model.RegressionResults.html
_FOUND = frozenset({
    "coef_", "intercept_", "params", "bse", "tvalues", "pvalues", "rsquared", "rsquared_adj", "conf_int", "summary",
})  # fmt: skip
#: What may be looked at beside: a score alone judges a model.
_SCORE = "score"
#: Calls that give a number another form, or put it somewhere; who makes a record is called by a capital.
_PLAIN = frozenset({
    "float", "int", "round", "abs", "str", "list", "tuple", "print", "item", "tolist", "ravel", "flatten", "squeeze",
    "append", "format",
})  # fmt: skip

#: Names that a number is given, one after another.
_DEPTH = 4

_Parents = dict[int, facts.Node]


class Described:
    """Tells which fits of a tree only describe."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._known: dict[Site, bool] = {}

    def only(self, fit: Event) -> bool:
        """Whether the body that fits a model asks it for its coefficients, perhaps its score, and for nothing else."""
        if fit.site not in self._known:
            self._known[fit.site] = self._only(fit.site)
        return self._known[fit.site]

    def _only(self, site: Site) -> bool:
        if site.file not in self._modules.python:
            return False
        block = self._modules.block(site.file, body_at(self._modules, site.file, site.at))
        if any(isinstance(one, (facts.Def, facts.Class)) for one in statements(block)):
            return False  # what is inside of it may use the model
        body = _Body(block)
        span = site.at, site.to
        call = next((one for one in body.nodes if isinstance(one, facts.Call) and (one.at, one.to) == span), None)
        if call is None or not isinstance(call.func, facts.Attr) or call.func.name != "fit":
            return False
        names = body.assigned(call)
        if isinstance(call.func.value, facts.Name):
            names.add(call.func.value.id)
        looks = [parent for parent in [body.parents.get(id(call))] if isinstance(parent, facts.Attr)]
        for name in names:
            for use in body.uses(name):
                parent = body.parents.get(id(use))
                if not isinstance(parent, facts.Attr):
                    return False
                looks += [parent] if parent.name != "fit" else []
        told = all(look.name in _FOUND | {_SCORE} and body.is_told(look) for look in looks)
        return told and any(look.name in _FOUND for look in looks)


class _Body:
    """The expressions of a body, each with what it stands in."""

    def __init__(self, block: facts.Block) -> None:
        self.nodes: list[facts.Node] = []
        self.parents: _Parents = {}
        self._stored: set[int] = set()
        for statement in statements(block):
            for target in getattr(statement, "targets", ()):
                self._stored.update(id(one) for one in nodes(target) if isinstance(one, facts.Name))
            for expression in expressions(statement):
                self._read(expression, statement)

    def _read(self, node: facts.Node, parent: facts.Node) -> None:
        todo = [(node, parent)]
        while todo:
            current, above = todo.pop()
            self.parents[id(current)] = above
            self.nodes.append(current)
            todo += [(one, current) for one in below(current)]

    def uses(self, name: str) -> list[facts.Name]:
        """Where a name is read."""
        found = [one for one in self.nodes if isinstance(one, facts.Name) and one.id == name]
        return [one for one in found if id(one) not in self._stored or self._is_base(one)]

    def _is_base(self, node: facts.Name) -> bool:
        """Whether a name in a target is not bound there: something is stored into what it names."""
        return isinstance(self.parents.get(id(node)), (facts.Attr, facts.Sub))

    def assigned(self, value: facts.Node) -> set[str]:
        """The names that a whole expression is bound to."""
        parent = self.parents.get(id(value))
        targets = parent.targets if isinstance(parent, facts.Assign) else []
        return {target.id for target in targets if isinstance(target, facts.Name)}

    def is_told(self, node: facts.Node, depth: int = 0) -> bool:
        """Whether a number is only put somewhere or returned: nothing is computed with it."""
        above = self.parents.get(id(node))
        if isinstance(above, facts.Call) and above.func is not node:
            name = getattr(above.func, "id", getattr(above.func, "name", ""))
            record = name == "dict" or name[:1].isupper()
            return (record or name in _PLAIN) and self.is_told(above, depth)
        if isinstance(above, (facts.Attr, facts.Sub)):
            plain = isinstance(above, facts.Sub) or above.name in _PLAIN
            return (above.value is not node) or (plain and self.is_told(above, depth))
        if isinstance(above, (facts.Call, facts.Dict, facts.Seq, facts.Join, facts.Format)):
            return self.is_told(above, depth)
        if isinstance(above, facts.Assign):
            # What an attribute holds, or one of several names, may be multiplied by anywhere.
            uses = [use for name in self.assigned(node) for use in self.uses(name)]
            followed = all(isinstance(target, (facts.Name, facts.Sub)) for target in above.targets)
            return followed and depth < _DEPTH and all(self.is_told(use, depth + 1) for use in uses)
        return isinstance(above, (facts.Return, facts.Do, facts.Yield))
