"""Other codings of SkipJoint's drafts than a level for each sub-layer, for our own optimiser."""
from .own import Gp


class _Shared(Gp):
    """Skip bits, and one precision for all sub-layers of a group; costs of pairs say what a skipped
    sub-layer no longer costs at either precision."""

    def groups(self):
        """A group for each sub-layer."""
        raise NotImplementedError

    def _request(self, seed, **fields):
        problem, n = self.problem, self.problem.count
        groups = self.groups()
        self.lows = max(groups) + 1
        first = self.lows + n
        request = problem.request(seed, **fields)
        low, skip, rest = problem.costs[:n], problem.costs[n:2 * n], problem.costs[2 * n:]
        request["dimension"] = first + len(rest)
        request["positions"] = [None] * self.lows + problem.positions[n:2 * n] + [None] * len(rest)
        shift = first - 2 * n
        request["prerequisites"] = [
            [a + shift, b + shift] for a, b in problem.prerequisites if a >= 2 * n]
        composition = request["composition"]
        composition["costs"] = [0] * self.lows + list(skip) + list(rest)
        composition["pair_costs"] = [
            [a + shift, b + shift, c] for a, b, c in problem.pair_costs] + [
            [groups[i], self.lows + i, low[i]] for i in range(n)]
        return request

    @property
    def design(self):
        """The common first points, each with the precision of most of a group."""
        return list(dict.fromkeys(self.outside(self.inside(point)) for point in self.problem.design))

    def inside(self, point):
        n, groups = self.problem.count, self.groups()
        lows = []
        for group in range(max(groups) + 1):
            ran = [point[i] for i in range(n) if groups[i] == group and point[n + i] == "0"]
            lows.append("01"[2 * ran.count("1") > len(ran)])
        return "".join(lows) + point[n:]

    def outside(self, point):
        n, groups = self.problem.count, self.groups()
        lows, skips, rest = point[:self.lows], point[self.lows:self.lows + n], point[self.lows + n:]
        low = "".join("1" if skip == "1" else lows[group] for skip, group in zip(skips, groups))
        return low + skips + rest


class OnePrecision(_Shared):
    def groups(self):
        return [0] * self.problem.count


class PrecisionPerKind(_Shared):
    def groups(self):
        return [int(i >= self.problem.layers) for i in range(self.problem.count)]
