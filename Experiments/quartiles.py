"""Medians with their quartiles, as both reports print them."""

import numpy as np


def quartiles(values):
    """[lower quartile, median, upper quartile], None where there are no values."""
    values = [v for v in values if v is not None]
    return [float(q) for q in np.percentile(values, [25, 50, 75])] if values else None
