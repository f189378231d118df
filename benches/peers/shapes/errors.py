"""How values go wrong on their way into an extract: each function turns a value and a random generator into what was written down."""

from names import HEARD, NICKNAMES, SPELLINGS, without_accents

# What a scanner takes for what.
LOOKALIKES = [
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("l", "1"), ("I", "l"), ("o", "0"), ("O", "0"), ("S", "5"), ("B", "8"),
    ("e", "c"), ("h", "b"),
    ("vv", "w"), ("w", "vv"), ("li", "h"), ("ii", "u"), ("nn", "m"), ("i", "l"), ("t", "f"), ("u", "v"), ("g", "q"), ("a", "o"),
]


def keys_beside():
    """For each letter those beside, above and below it on the keyboard."""
    rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    result = {}
    for row in rows:
        for place, letter in enumerate(row):
            result[letter] = [other for other in (row[place - 1] if place else "", row[place + 1] if place + 1 < len(row) else "") if other]
    for upper, lower in [*zip(rows[0], rows[1]), *zip(rows[1], rows[2])]:
        result[upper].append(lower)
        result[lower].append(upper)
    return result


BESIDE = keys_beside()


def mistyped(text, random):
    """One slip of the fingers behind the first letter."""
    if not text or len(text) < 3:
        return text
    kind, place = random.integers(0, 6), int(random.integers(1, len(text)))
    before, letter, after = text[:place], text[place], text[place + 1:]
    low = letter.lower()
    if kind == 0:
        return before + (random.choice(BESIDE[low]) if low in BESIDE else letter) + after
    if kind == 1:
        return before + after
    if kind == 2:
        return before + letter + letter + after
    if kind == 3 and after:
        return before + after[0] + letter + after[1:]
    if kind == 4 and low in BESIDE:
        return before + random.choice(BESIDE[low]) + letter + after
    if low in "aeiou":
        return before + random.choice(list("aeiou")) + after
    return before + (random.choice(BESIDE[low]) if low in BESIDE else letter) + after


def misread(text, random):
    """One letter taken for another by its shape."""
    possible = [(shape, taken) for shape, taken in LOOKALIKES if shape in text]
    if not possible:
        return mistyped(text, random)
    shape, taken = possible[random.integers(0, len(possible))]
    places = [place for place in range(len(text)) if text.startswith(shape, place)]
    place = places[random.integers(0, len(places))]
    return text[:place] + taken + text[place + len(shape):]


def slip(text, random, misread_share=0.3):
    """A text misread or mistyped."""
    return misread(text, random) if random.random() < misread_share else mistyped(text, random)


def digit_slip(text, random):
    """A digit wrong or two swapped."""
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    if len(places) < 2:
        return text
    place = places[random.integers(0, len(places))]
    if random.random() < 0.4 and place + 1 < len(text) and text[place + 1].isdigit():
        return text[:place] + text[place + 1] + text[place] + text[place + 2:]
    return text[:place] + str(random.integers(0, 10)) + text[place + 1:]


def wrong_date(date, random, swapped_share=0.2):
    """Another date of birth for YYYY-MM-DD: day and month swapped, a year, month or day off, or the first of a month."""
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    kind = random.random()
    if kind < swapped_share and day <= 12:
        month, day = day, month
    elif kind < 0.35:
        year += int(random.choice([-1, 1]))
    elif kind < 0.45:
        year += int(random.choice([-10, 10, -2, 2]))
    elif kind < 0.60:
        turned = day % 10 * 10 + day // 10
        day = int(random.choice([max(1, day - 1), min(28, day + 1), turned if 0 < turned <= 28 else day, (day + 10 - 1) % 28 + 1]))
    elif kind < 0.72:
        month = int(random.integers(1, 13))
    elif kind < 0.80:
        digits = str(year)
        year = int(digits[:2] + digits[3] + digits[2])
    elif kind < 0.90:
        day, month = 1, (1 if random.random() < 0.6 else month)
    else:
        day = int(random.integers(1, 29))
    if year > 2019 or year < 1905:
        year = int(date[:4])
    month = min(max(month, 1), 12)
    day = min(max(day, 1), 28 if month == 2 else 30)
    return f"{year:04d}-{month:02d}-{day:02d}"


def respelt(text, random, share):
    """Another spelling of each word of a name that has one."""
    if random.random() >= share:
        return text
    return " ".join(str(random.choice(SPELLINGS[word])) if word in SPELLINGS else word for word in text.split(" "))


def nickname(name, random):
    """What the bearer is called, where the name has a short form."""
    return str(random.choice(NICKNAMES[name])) if name in NICKNAMES else name


def heard(text, random):
    """A foreign name without its accents, or as an English clerk hears it."""
    if random.random() < 0.6:
        return without_accents(text)
    for sound, written in HEARD:
        if sound in text and random.random() < 0.35:
            text = text.replace(sound, written, 1)
    return without_accents(text)


def misdecoded(text):
    """UTF-8 read as Windows-1252."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text.encode("ascii", "replace").decode()


def halved(surname, random):
    """A surname of two parts: with a blank, one part only, joined or turned."""
    if "-" in surname:
        first, second = surname.split("-", 1)
    else:
        *front, second = surname.split(" ")
        first = " ".join(front)
        if not first:
            return surname
    forms = [f"{first} {second}", first, second, first + second.lower(), f"{second}-{first}", f"{first}-{second}"]
    return forms[random.choice(6, p=[0.3, 0.2, 0.25, 0.1, 0.05, 0.1])]


def unapostrophed(surname, random):
    """O'Brien and McDonald as other systems have them."""
    if "'" in surname:
        bare = surname.replace("'", "")
        forms = [bare, surname.replace("'", " "), surname.replace("'", "’"), bare.capitalize(), surname.replace("'", "`")]
        return forms[random.integers(0, 5)]
    if surname.startswith("Mc"):
        return ["Mac" + surname[2:], "Mc " + surname[2:], surname.capitalize()][random.integers(0, 3)]
    return surname
