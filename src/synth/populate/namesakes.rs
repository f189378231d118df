//! People who are easily taken for each other: twins with like-sounding names, cousins with the same one.
//!
//! In: the people so far. Out: forenames. What always holds: two children of one family never share a forename; cousins of one name
//! live in different families and are born within weeks of each other.

use fastrand::Rng;

use super::super::random::{Draw, Purpose, Weighted, stream};
use super::super::world::Place;
use super::Builder;

/// A forename that starts like the twin's ("Ella" and "Ellie").
pub(super) fn like_sounding(builder: &Builder, rng: &mut Rng, twin: u32, female: bool) -> Option<u32> {
    const GIRLS: [[&str; 2]; 8] = [
        ["Ella", "Ellie"],
        ["Lily", "Lilly"],
        ["Mia", "Maya"],
        ["Emma", "Emily"],
        ["Chloe", "Zoe"],
        ["Isabella", "Isabelle"],
        ["Amelia", "Amelie"],
        ["Eva", "Evie"],
    ];
    const BOYS: [[&str; 2]; 8] = [
        ["Jack", "Jake"],
        ["Alfie", "Archie"],
        ["Jayden", "Hayden"],
        ["Ethan", "Nathan"],
        ["Tyler", "Taylor"],
        ["Harry", "Harvey"],
        ["Logan", "Lucas"],
        ["Daniel", "David"],
    ];
    if !rng.chance(0.5) {
        return None;
    }
    let here = builder.world.names.text(builder.world.person(twin).forename).to_owned();
    let pairs = if female { &GIRLS } else { &BOYS };
    let known = pairs.iter().find(|pair| pair.contains(&here.as_str())).and_then(|pair| pair.iter().find(|name| **name != here)).copied();
    known.or_else(|| rng.pick(pairs).first().copied()).and_then(|name| builder.world.names.find(name))
}

/// Makes pairs of cousins with the same name and nearly the same day of birth in different families.
pub(super) fn cousins(builder: &mut Builder, wanted: u32) {
    let seed = builder.world.seed;
    let families = Weighted::new(vec![1; builder.world.families.len()]);
    let ages = builder.start - 365 * 16..builder.start - 365 * 3;
    for pair in 0..wanted {
        let mut rng = stream(seed, Purpose::Household, u64::MAX, u64::from(pair));
        let mut found: Option<(u32, u32)> = None;
        for _ in 0..200 {
            let family = families.pick(&mut rng) as u32;
            let child = builder.world.family(family).members.iter().find(|member| {
                member.place == Place::Offspring && member.primary && ages.contains(&builder.world.person(member.person).born)
            });
            let Some(child) = child.map(|member| member.person) else { continue };
            match found {
                None => found = Some((child, family)),
                Some((first, first_family)) if family != first_family => {
                    let model = *builder.world.person(first);
                    let twin_home = builder.world.family(family).members.len() > 3;
                    if model.female == builder.world.person(child).female && !twin_home {
                        if let Some(person) = builder.world.people.get_mut(child as usize) {
                            person.forename = model.forename;
                            person.surname = model.surname;
                            person.born = model.born + rng.between(1, 45);
                        }
                        break;
                    }
                }
                Some(_) => {}
            }
        }
    }
}
