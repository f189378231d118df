"""Full names, addresses and postcodes as agencies write them out."""

import word_lists as words
from errors import slip

STYLES = ["plain", "short", "upper", "lines", "slash", "county"]
LETTERS = list("ABDEFGHJLNPQRSTUWXYZ")


def full_name_text(forename, middle, surname, sex, adult, orders, random):
    """A whole name in one of four orders: title first, surname with a comma, SURNAME first, surname and forename only."""
    between = ""
    if middle and random.random() < 0.5:
        between = middle if random.random() < 0.4 else middle[0]
    title = ""
    if random.random() < 0.6 and adult:
        of_women = ["Mrs", "Miss", "Ms"][random.integers(0, 3)]
        title = "Mr" if sex == "M" else of_women
    forms = [f"{title} {forename} {between} {surname}", f"{surname}, {forename} {between}", f"{surname.upper()} {forename} {between}",
             f"{surname} {forename}"]
    return " ".join(forms[random.choice(4, p=orders)].split())


def address_text(dwelling, style, random, slips):
    """An address in one of STYLES, or in any of them ("mixed"); now and then without its number or its flat."""
    number, flat, name, street, town = dwelling
    shorten = random.random() < 0.1
    if style == "mixed":
        style = STYLES[random.integers(0, 6)]
    if style in ("short", "slash") or shorten:
        *front, kind = street.split(" ")
        street = " ".join([*front, str(random.choice(words.STREET_KINDS[kind][1]))])
    if random.random() < slips:
        street = slip(street, random, 0.2)
    if random.random() < 0.01:
        number = ""
    if flat:
        head = {
            "plain": f"Flat {flat}, {number} {street}", "short": f"Flat {flat} {number} {street}", "upper": f"APT {flat}, {number} {street}",
            "lines": f"Flat {flat}, {number}, {street}", "slash": f"{flat}/{number} {street}", "county": f"{number} Flat {flat} {street}",
        }[style]
        if random.random() < 0.08:
            head = f"{number} {street}"
    else:
        head = f"{number}, {street}" if style == "lines" else f"{number} {street}"
    if name and random.random() < 0.6:
        head = f"{name}, {head}" if random.random() < 0.6 else f"{name}, {street}"
    whole = f"{head}, {town}"
    if style == "county":
        whole += ", Wessex"
    if style == "short" and random.random() < 0.5:
        whole = head
    return whole.upper() if style == "upper" else whole


def postcode_text(postcode, random, wrong):
    """A postcode, sometimes with one letter or digit wrong."""
    if random.random() >= wrong:
        return postcode
    place = int(random.integers(0, len(postcode)))
    if postcode[place] == " ":
        return postcode
    other = str(random.integers(0, 10)) if postcode[place].isdigit() else str(random.choice(LETTERS))
    return postcode[:place] + other + postcode[place + 1:]
