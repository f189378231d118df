//! The words of headers: how agencies name fields, persons and codes.
//!
//! What comes in: a header. What goes out: its words, the field they mean, the person they speak of.
//! Sources of the words: the typical headers of domain.md §4.2.

use crate::model::Field;
use crate::model::person::PersonRole;

/// The words of a header: `Contact1Forename`, `CONTACT_1_FORENAME` and `contact 1 forename` are the same three.
pub(super) fn words_of(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = header.chars().collect();
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| letters.get(place)).copied().unwrap_or(' ');
        let after = letters.get(place + 1).copied().unwrap_or(' ');
        let begins = (letter.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after.is_lowercase())))
            || (letter.is_ascii_digit() != before.is_ascii_digit() && before.is_alphanumeric());
        if (begins || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// True if a list of words holds a word.
fn among(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// Fields and the phrases that mean them.
const FIELDS: &[(Field, &str)] = &[
    (Field::FullName, "name, full name, fullname, names, whole name, name of person"),
    (Field::Title, "title, salutation"),
    (
        Field::Forename,
        "forename, forenames, first name, first names, firstname, given name, given names, christian name, fname, fore name, \
         forename 1",
    ),
    (Field::MiddleNames, "middle name, middle names, middlename, second name, other forenames, other names, forename 2, forename 3"),
    (Field::Surname, "surname, last name, lastname, family name, lname, sname, surnames"),
    (Field::OtherSurname, "maiden name, previous surname, former surname, preferred surname, birth surname, other surname, previous name"),
    (Field::Alias, "alias, aliases, aka, known as, also known as, preferred name, preferred forename, nickname, usual name"),
    (
        Field::DateOfBirth,
        "dob, d o b, date of birth, birth date, birthdate, dateofbirth, birth dt, birthday, born, date birth, birth, b day, \
         dt of birth",
    ),
    (Field::Age, "age, age in years, approx age, approximate age, age about, ages"),
    (Field::Sex, "sex, gender, m f"),
    (Field::Ethnicity, "ethnicity, ethnic origin, ethnic group, ethnic, ethnic code, ic code, self defined ethnicity"),
    (
        Field::Address,
        "address, addr, address line, add, street, street name, road, house, house name, house number, house no, flat, town, \
         city, town city, village, locality, county, property, property address, home address, full address, current address, \
         correspondence address, addressline, number and street, residence, lives at, living at",
    ),
    (Field::Postcode, "postcode, post code, pcode, p code, pc, postal code, zip, address postcode, home postcode, postcd"),
    (Field::Uprn, "uprn, property uprn, llpg uprn, unique property reference number"),
    (
        Field::Telephone,
        "phone, telephone, tel, tel no, mobile, mobile no, mobile number, phone no, phone number, telephone number, \
         contact number, home phone",
    ),
    (Field::Email, "email, e mail, email address, e mail address"),
    (Field::NhsNumber, "nhs, nhs no, nhs number, nhs num, nhsno, nhsnumber"),
    (Field::Nino, "nino, ni, ni no, ni number, nat ins no, national insurance number, national insurance no, nat ins"),
    (Field::Upn, "upn, unique pupil number, pupil number"),
    (Field::FormerUpn, "former upn, previous upn, old upn"),
    (Field::Uln, "uln, unique learner number"),
    (
        Field::AddressFrom,
        "moved in, moved in date, date moved in, move in date, occupied from, address from, at address from, resident since, \
         liable from",
    ),
    (Field::AddressTo, "moved out, moved out date, address to, at address to, vacated, liable to"),
    (
        Field::HouseholdAccount,
        "account, account no, account number, account ref, account reference, claim ref, claim no, claim number, \
         claim reference, tenancy ref, tenancy reference, tenancy no, tenancy number, rent account, household ref, \
         household id, ct account",
    ),
    (Field::DateOfDeath, "dod, date of death, death date, deceased date, died"),
    (Field::Restricted, "restricted, confidential, do not disclose, sensitive record, restricted flag"),
];

/// The field that words mean exactly, or without those that add nothing.
pub(super) fn exact_field(words: &[String]) -> Option<Field> {
    let phrase = words.join(" ");
    let found = FIELDS.iter().find(|(_, phrases)| phrases.split(", ").any(|known| known == phrase)).map(|(field, _)| *field);
    found.or_else(|| {
        let kept: Vec<String> = words.iter().filter(|word| !among(FILLING, word)).cloned().collect();
        if kept.len() < words.len() && !kept.is_empty() { exact_field(&kept) } else { None }
    })
}

/// The field whose phrase differs from the words by a slip or two.
pub(super) fn near_field(words: &[String]) -> Option<Field> {
    // "Tenancy End" and "Tenancy No" are 0.82 alike and mean different things; "Suname" and "Surname" 0.86.
    const NEAR: f64 = 0.85;
    let phrase = words.join(" ");
    let known = FIELDS.iter().flat_map(|(field, phrases)| phrases.split(", ").map(move |known| (*field, known)));
    let known = known.filter(|(_, known)| known.len() > 4 && phrase.len() > 4);
    let scored = known.map(|(field, known)| (strsim::normalized_damerau_levenshtein(&phrase, known), field));
    scored.max_by(|left, right| left.0.total_cmp(&right.0)).filter(|(score, _)| *score >= NEAR).map(|(_, field)| field)
}

/// A part of a date of birth, in the order in which a schema names their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BirthPart {
    Year,
    Month,
    Day,
}

/// Phrases for the parts of a date of birth.
const BIRTH_PARTS: &[(BirthPart, &str)] = &[
    (BirthPart::Year, "year of birth, birth year, yob, year born, born year, dob year, dob yyyy, dob y"),
    (BirthPart::Month, "month of birth, birth month, month born, born month, dob month, dob mm, dob m"),
    (BirthPart::Day, "day of birth, birth day, day born, born day, dob day, dob dd, dob d"),
];

/// The part of a date of birth that words mean; words for persons say whose.
pub(super) fn birth_part(words: &[String]) -> Option<BirthPart> {
    let phrase = words.iter().filter(|word| person_word(word).is_none()).map(String::as_str).collect::<Vec<_>>().join(" ");
    BIRTH_PARTS.iter().find(|(_, phrases)| phrases.split(", ").any(|known| known == phrase)).map(|(part, _)| *part)
}

/// Words that add nothing to what a header means.
const FILLING: &str = "line lines home current legal main present latest usual text value recorded known s the code desc description";

/// Words for persons, the slot they give and the role.
const PERSONS: &[(&str, PersonRole)] = &[
    ("child children pupil student sibling baby son daughter young", PersonRole::Child),
    ("dependant dependent dep dependants", PersonRole::Dependant),
    ("parent mother father mum dad carer guardian contact nok kin", PersonRole::Parent),
    ("partner spouse joint husband wife", PersonRole::Partner),
    ("claimant tenant applicant liable adult customer taxpayer occupier resident occupant lead", PersonRole::Adult),
    (
        "victim perpetrator perp offender suspect witness person client patient nominal nom subject member individual \
         defendant",
        PersonRole::Person,
    ),
];

/// The role a word gives the person it names.
pub(super) fn person_word(word: &str) -> Option<PersonRole> {
    PERSONS.iter().find(|(words, _)| among(words, word)).map(|(_, role)| *role)
}

/// Words that say that a column holds codes.
pub(super) fn is_code_word(word: &str) -> bool {
    const WORDS: &str = "code type status category cat outcome role reason level flag sex gender ethnicity ethnic relationship relation \
        indicator ind tenure kind stage ground grounds risk disposal result marker term class group yn traced responsibility \
        pr benefit intervention grade band method closed open active consent notice action incident activity";
    among(WORDS, word)
}

/// Words that say that a column names people who work for an agency or holds free text: nothing of it is copied.
pub(super) fn is_private_word(word: &str) -> bool {
    const WORDS: &str = "name officer worker by teacher referrer doctor gp manager author user staff owner allocated practitioner notes \
        comment comments description details text narrative surname forename aka alias address street town village postcode \
        phone mobile tel email dob birth age school surgery practice";
    among(WORDS, word)
}

/// True if a row looks like headers: distinct texts of which several are made of words that headers are made of. A row of data must not pass,
/// because what passes is written into the draft.
pub(super) fn looks_like_header(cells: &[String]) -> bool {
    const WORDS: &str = "id ref reference no number date start end from to code type status count sessions year month amount balance postcode \
        key urn total episode offence crime outcome term school risk tenancy arrears relationship flag worker";
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    if filled.is_empty() || filled.iter().any(|cell| cell.len() > 60) {
        return false;
    }
    let mut distinct: Vec<String> = filled.iter().map(|cell| cell.to_lowercase()).collect();
    distinct.sort();
    distinct.dedup();
    let is_number = |cell: &str| cell.chars().all(|letter| !letter.is_alphabetic());
    let numbers = filled.iter().filter(|cell| is_number(cell)).count();
    let speaks = |cell: &String| {
        let words = words_of(cell);
        exact_field(&words).is_some()
            || birth_part(&words).is_some()
            || near_field(&words).is_some()
            || words.iter().any(|word| among(WORDS, word) || is_code_word(word) || person_word(word).is_some())
    };
    let known = filled.iter().filter(|cell| speaks(cell)).count();
    numbers * 5 <= filled.len() && known >= 2.min(filled.len()) && known * 3 >= filled.len() && distinct.len() * 10 >= filled.len() * 8
}
