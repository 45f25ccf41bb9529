//! A made-up population with a fixed seed: 600,000 people in households, and lists of them as clerks write them, with
//! slips, swapped names, swapped days and months, nicknames, removals and empty cells. No name in it is taken from anywhere:
//! all are made of syllables.

use std::io::Write;

/// Rows of people that are written per person, over all.
const ROWS_PER_PERSON: (u64, u64) = (5, 3);
const GIVEN: usize = 2_500;
const FAMILY: usize = 60_000;
const TOWNS: usize = 3_000;
const STREETS: usize = 20_000;

/// Throws of splitmix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn comes(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// The first of `n` most often, in the manner of Zipf and Mandelbrot.
    fn skewed(&mut self, n: usize) -> usize {
        let shift = 20.0f64;
        let top = ((n as f64 + shift) / shift).ln();
        ((shift * (self.share() * top).exp() - shift) as usize).min(n - 1)
    }
}

const BEGINNINGS: [&str; 40] = [
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r", "s",
    "sh", "st", "t", "tr", "v", "w", "z", "th", "sk", "bl", "cr", "sp", "sm", "gh", "kh", "y", "", "", "qu",
];
const VOWELS: [&str; 12] = ["a", "e", "i", "o", "u", "a", "e", "i", "ai", "ou", "ee", "ia"];
const ENDINGS: [&str; 18] =
    ["", "", "", "n", "r", "l", "s", "m", "t", "nd", "rt", "ck", "sh", "ll", "d", "b", "ss", "x"];

fn word(dice: &mut Dice, syllables: usize) -> String {
    let mut out = String::new();
    for _ in 0..syllables {
        out.push_str(BEGINNINGS[dice.below(BEGINNINGS.len())]);
        out.push_str(VOWELS[dice.below(VOWELS.len())]);
    }
    out.push_str(ENDINGS[dice.below(ENDINGS.len())]);
    out
}

fn words(dice: &mut Dice, n: usize, shortest: usize) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let mut out = Vec::with_capacity(n);
    while out.len() < n {
        let syllables = shortest + usize::from(dice.comes(0.5));
        let word = word(dice, syllables);
        if word.len() > 2 && seen.insert(word.clone()) {
            out.push(word);
        }
    }
    out
}

#[derive(Clone, Copy)]
struct Home {
    number: u16,
    street: u32,
    town: u32,
    postcode: u32,
}

#[derive(Clone, Copy)]
struct Person {
    given: u32,
    family: u32,
    born: (u16, u8, u8),
    woman: bool,
    home: Home,
}

/// Columns of the list; `person` is the answer and no part of what is linked.
pub const HEADER: &str = "id,given_name,surname,date_of_birth,sex,street,town,postcode,person";

fn home(dice: &mut Dice) -> Home {
    let town = dice.skewed(TOWNS) as u32;
    Home {
        number: 1 + dice.below(180) as u16,
        street: dice.below(STREETS) as u32,
        town,
        postcode: 10_000 + town * 29 + dice.below(24) as u32,
    }
}

fn population(dice: &mut Dice, people: usize) -> Vec<Person> {
    let mut out: Vec<Person> = Vec::with_capacity(people);
    while out.len() < people {
        let (home, family) = (home(dice), dice.skewed(FAMILY) as u32);
        let members = [1, 1, 1, 2, 2, 3, 4][dice.below(7)];
        for member in 0..members {
            let year = if member < 2 { 1930 + dice.below(60) } else { 1975 + dice.below(45) } as u16;
            let born = (year, 1 + dice.below(12) as u8, 1 + dice.below(28) as u8);
            let family = if dice.comes(0.85) { family } else { dice.skewed(FAMILY) as u32 };
            out.push(Person { given: dice.skewed(GIVEN) as u32, family, born, woman: dice.comes(0.5), home });
        }
    }
    out.truncate(people);
    out
}

/// One slip of the pen: a letter more, less, another, or two swapped.
fn slip(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<u8> = text.bytes().collect();
    if letters.len() < 2 {
        return text.to_owned();
    }
    let at = dice.below(letters.len());
    let letter = if letters[at].is_ascii_digit() { b'0' + dice.below(10) as u8 } else { b'a' + dice.below(26) as u8 };
    match dice.below(4) {
        0 => letters.insert(at, letter),
        1 => drop(letters.remove(at)),
        2 => letters[at] = letter,
        _ => letters.swap(at.min(text.len() - 2), at.min(text.len() - 2) + 1),
    }
    String::from_utf8(letters).unwrap_or_default()
}

struct Lexicon {
    given: Vec<String>,
    family: Vec<String>,
    towns: Vec<String>,
    streets: Vec<String>,
}

/// A row as a clerk writes it down: `[given, family, born, sex, street, town, postcode]`.
fn written(dice: &mut Dice, person: &Person, lexicon: &Lexicon, careful: bool) -> [String; 7] {
    let slips = if careful { 0.01 } else { 0.10 };
    let empty = if careful { 0.02 } else { 0.07 };
    let home = if !careful && dice.comes(0.08) { home(dice) } else { person.home };
    let (mut given, mut family) =
        (lexicon.given[person.given as usize].clone(), lexicon.family[person.family as usize].clone());
    if dice.comes(if careful { 0.0 } else { 0.03 }) {
        // A nickname: the beginning, with an ending of its own.
        given = format!("{}y", &given[..given.len().min(3)]);
    }
    if dice.comes(if careful { 0.0 } else { 0.01 }) {
        family = lexicon.family[dice.skewed(FAMILY)].clone();
    }
    let (year, mut month, mut day) = person.born;
    if dice.comes(if careful { 0.0 } else { 0.02 }) {
        (month, day) = (day.min(12), month);
    }
    let born = format!("{year:04}-{month:02}-{day:02}");
    let street = format!("{} {}", home.number, lexicon.streets[home.street as usize]);
    let sex = if person.woman { "f" } else { "m" }.to_owned();
    let mut row =
        [given, family, born, sex, street, lexicon.towns[home.town as usize].clone(), home.postcode.to_string()];
    for (at, cell) in row.iter_mut().enumerate() {
        if dice.comes(empty) {
            cell.clear();
        } else if at == 2 && dice.comes(slips / 2.0) {
            // One digit of the date.
            let digit = [0, 1, 2, 3, 5, 6, 8, 9][dice.below(8)];
            cell.replace_range(digit..=digit, &dice.below(10).to_string());
        } else if at != 3 && at != 2 && dice.comes(slips) {
            *cell = slip(dice, cell);
        }
    }
    if !careful && dice.comes(0.02) {
        row.swap(0, 1);
    }
    row
}

/// Writes a list of so many people, five rows for three of them, in no order.
pub fn write(to: &mut impl Write, people: usize, seed: u64) -> std::io::Result<u64> {
    let mut dice = Dice(seed);
    let lexicon = Lexicon {
        given: words(&mut dice, GIVEN, 2),
        family: words(&mut dice, FAMILY, 2),
        towns: words(&mut dice, TOWNS, 3),
        streets: words(&mut dice, STREETS, 3),
    };
    let all = population(&mut dice, people);
    let rows = people as u64 * ROWS_PER_PERSON.0 / ROWS_PER_PERSON.1;
    // Everybody once by a careful clerk, the rest by others, whomever it meets.
    let mut order: Vec<(u32, bool)> = (0..people as u32).map(|p| (p, true)).collect();
    order.extend((people as u64..rows).map(|_| (dice.below(people) as u32, false)));
    for at in (1..order.len()).rev() {
        order.swap(at, dice.below(at + 1));
    }
    writeln!(to, "{HEADER}")?;
    for (n, (person, careful)) in order.iter().enumerate() {
        let [given, family, born, sex, street, town, postcode] =
            written(&mut dice, &all[*person as usize], &lexicon, *careful);
        writeln!(to, "{n},{given},{family},{born},{sex},{street},{town},{postcode},{person}")?;
    }
    Ok(rows)
}
