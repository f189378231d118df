"""Numbers that agencies give: NHS, National Insurance and unique pupil numbers, with check digits where they have one.

What always holds: they look right and belong to nobody but by chance; NHS numbers are distinct.
"""

import numpy as np
import pandas as pd

PREFIX_LETTERS = np.array(list("ABCEGHJKLMNPRSTWXYZ"))
NEVER_PREFIXES = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"]
PUPIL_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def nhs_numbers(count, random):
    """So many distinct NHS numbers."""
    digits = random.integers(0, 10, (int(count * 1.25) + 50, 9))
    digits[:, 0] = random.choice([4, 6, 7], len(digits))
    check = (11 - (digits * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
    digits, check = digits[check != 10], check[check != 10]
    return pd.unique(pd.Series(["".join(map(str, row)) + str(last) for row, last in zip(digits, check)]))[:count].astype(object)


def insurance_numbers(count, random):
    """So many National Insurance numbers."""
    prefixes = np.char.add(random.choice(PREFIX_LETTERS, count * 2), random.choice(PREFIX_LETTERS, count * 2))
    prefixes = prefixes[~np.isin(prefixes, NEVER_PREFIXES)][:count]
    numbers = random.choice(10**6 - 1, count, replace=count > 10**6 - 1) + 1
    suffixes = random.choice(list("ABCD"), count)
    return np.array([f"{prefix}{number:06d}{suffix}" for prefix, number, suffix in zip(prefixes, numbers, suffixes)], object)


def pupil_numbers(years, random):
    """A unique pupil number for each year of birth."""
    schools, serials = random.integers(2000, 2160, len(years)), random.integers(1, 999, len(years))
    bodies = [f"925{school}{(year + 4) % 100:02d}{serial:03d}" for year, school, serial in zip(years, schools, serials)]
    checks = [sum(int(digit) * weight for digit, weight in zip(body, range(2, 14))) % 23 for body in bodies]
    return np.array([PUPIL_LETTERS[check] + body for check, body in zip(checks, bodies)], object)
