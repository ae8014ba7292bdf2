"""One run of one method on one problem, as rows of a journal."""
import time

from methods import SCREENED, method

# After how many trials the recommendation is judged.
CHECKPOINTS = 5


def run(name, problem, budget):
    """The run's record: points in order, seconds per proposal, and recommendations by trial."""
    spent = problem.screen_trials if name in SCREENED else 0
    repetitions, points, seconds, recommended = {}, [], [], []
    optimizer = method(name, problem, problem.seed, budget)

    def try_point(point):
        nonlocal spent
        repetition = repetitions.get(point, 0)
        repetitions[point] = repetition + 1
        optimizer.tell(point, problem.observe(point, repetition))
        points.append(point)
        spent += 1

    def note():
        point, value = optimizer.recommend()
        recommended.append([spent, points.index(point), round(value, 6)])

    for point in optimizer.design:
        try_point(point)
    note()
    while spent < budget:
        start = time.perf_counter()
        point = optimizer.ask()
        seconds.append(round(time.perf_counter() - start, 5))
        if point is None:
            break
        try_point(point)
        if spent % CHECKPOINTS == 0 or spent == budget:
            note()
    if recommended[-1][0] != spent:
        note()
    optimizer.close()
    return {
        "problem": problem.name, "seed": problem.seed, "method": name, "trials": budget,
        "charged": problem.screen_trials if name in SCREENED else 0,
        # Points in hexadecimal; recommendations as [trials, index of the point, reported value].
        "points": [f"{int(point, 2):x}" for point in points],
        "proposal_seconds": seconds, "recommended": recommended}
