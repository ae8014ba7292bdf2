"""Methods that choose a few sets by a rule, measure each, and take the best."""
from . import Method


class _Sets(Method):
    def __init__(self, problem, seed, budget):
        super().__init__(problem, seed, budget)
        self.left = list(dict.fromkeys(self.sets()))

    def ask(self):
        return self.left.pop(0) if self.left else None

    def sets(self):
        raise NotImplementedError

    def point(self, ones):
        ones = set(ones)
        return "".join("01"[i in ones] for i in range(self.problem.bits))


class Uniform(_Sets):
    """Whole layers, evenly spread over the inner ones: as many sets as there are numbers of layers."""

    def sets(self):
        layers = self.problem.layers
        inner = layers - 2
        for count in range(1, inner + 1):
            chosen = {1 + int((k + 0.5) * inner / count) for k in range(count)}
            yield self.point([i for i in range(2 * layers) if i % layers in chosen])


class GreedyByScreen(_Sets):
    """Sub-layers (or their levels) in the order of screened harm per cost saved, every prefix."""

    def sets(self):
        screen, costs = self.problem.screen, self.problem.costs
        below = dict(self.problem.prerequisites)
        order = sorted(range(self.problem.bits), key=lambda i: screen[i] / costs[i])
        ones = []
        for bit in order:
            chain = [bit]  # What a bit requires comes with it.
            while chain[-1] in below:
                chain.append(below[chain[-1]])
            ones += [bit for bit in chain if bit not in ones]
            if len(ones) < len(order):
                yield self.point(ones)


class LayerProgramme(_Sets):
    """CLaSp-like (Chen et al., ACL 2025): the whole layers of least harm, for every number of them.
    CLaSp's dynamic programme runs over hidden states during decoding; with additive harms, which is
    what a screen has, its optimum is this."""

    def sets(self):
        layers, screen = self.problem.layers, self.problem.screen
        order = sorted(range(layers), key=lambda l: screen[l] + screen[layers + l])
        for count in range(1, layers):
            yield self.point([b for l in order[:count] for b in (l, layers + l)])


class SubLayerProgramme(_Sets):
    """KnapSpec-like: the sub-layers of least harm for every saving, a 0/1 knapsack by dynamic
    programming over attention and MLP counts (all of a kind save alike, so it is exact)."""

    def sets(self):
        layers, screen, costs = self.problem.layers, self.problem.screen, self.problem.costs
        attention = sorted(range(layers), key=lambda i: screen[i])
        mlp = sorted(range(layers, 2 * layers), key=lambda i: screen[i])
        full = sum(costs)
        for step in range(1, 3 * layers):
            goal = full * step / (3 * layers)
            best = None
            for a in range(layers + 1):
                for m in range(layers + 1):
                    ones = attention[:a] + mlp[:m]
                    if a * costs[0] + m * costs[layers] >= goal - 1e-9:
                        harm = sum(screen[i] for i in ones)
                        if best is None or harm < best[0]:
                            best = (harm, ones)
                        break
            if best:
                yield self.point(best[1])
