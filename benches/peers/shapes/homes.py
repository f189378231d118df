"""Dwellings along streets, with postcodes, towns and property numbers.

What goes out: one row per dwelling: number, flat, name, street, town, postcode, uprn. What always holds: the dwellings of a stretch of street
share a postcode, which by chance another stretch of the district may have too; a block of flats has one number and a flat each; no two
dwellings have one property number.
"""

import numpy as np
import pandas as pd

import word_lists as words

LETTERS = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
AREAS = np.array(["BD", "HX", "WF"])
DWELLINGS_OF_DISTRICT = 4000


def dwellings(count, random, per_postcode=15):
    """So many dwellings."""
    position = np.arange(count)
    postcode = position // per_postcode
    postcodes = postcode.max() + 1
    district = postcode * per_postcode * (count // DWELLINGS_OF_DISTRICT + 1) // count
    sectors = random.integers(1, 6, postcodes)
    units = random.choice(len(LETTERS) ** 2, postcodes)
    inward = np.array([f"{sector}{LETTERS[unit // 20]}{LETTERS[unit % 20]}" for sector, unit in zip(sectors, units)], object)
    areas, numbers = AREAS[district % len(AREAS)], 1 + district // len(AREAS)
    written = np.array([f"{area}{number} {unit}" for area, number, unit in zip(areas, numbers, inward[postcode])], object)
    # A street has between one and a few postcodes.
    street_of_postcode = np.cumsum(random.random(postcodes) < 0.45)
    streets = street_of_postcode.max() + 1
    kinds, weights = list(words.STREET_KINDS), np.array([weight for weight, _ in words.STREET_KINDS.values()], float)
    first_words = random.integers(0, len(words.STREETS), streets)
    kind_of = random.choice(len(kinds), streets, p=weights / weights.sum())
    names = np.array([f"{words.STREETS[first]} {kinds[kind]}" for first, kind in zip(first_words, kind_of)], object)
    street = street_of_postcode[postcode]
    start = pd.Series(position).groupby(street).transform("min").to_numpy()
    number = position - start + 1 + random.integers(0, 40, streets)[street]
    block = (random.random(postcodes) < 0.08)[postcode]
    flat = np.where(block, (position % per_postcode + 1).astype(str).astype(object), "")
    number = np.where(block, random.integers(1, 120, postcodes)[postcode], number)
    named = (random.random(count) < 0.05) & ~block
    name = np.full(count, "", object)
    name[named] = np.array(words.HOUSES, object)[random.integers(0, len(words.HOUSES), named.sum())]
    town = np.array(words.TOWNS, object)[district % len(words.TOWNS)]
    uprn = 100030000000 + random.permutation(count * 7)[:count]
    return pd.DataFrame({
        "number": number, "flat": flat, "name": name, "street": names[street], "town": town, "postcode": written, "uprn": uprn.astype(str),
    })
