//! Two invented commitments: a resolution of the Assembly of the Outer Isles and a corridor announcement.
//!
//! These are the instruments' own words. What a speaker says that they demand stands in the story, and differs once.

use crate::toml_text::{quoted, quoted_list};
use std::fmt::Write as _;

/// What an obligation is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator {
    /// Acts that count (DATA_MODEL, *Act*).
    pub acts: &'static [&'static str],
    /// Target classes that count (DATA_MODEL, *Target*); empty = all.
    pub targets: &'static [&'static str],
    /// What is counted.
    pub measure: &'static str,
    /// Unit of the count.
    pub unit: &'static str,
    /// `down` = fewer is nearer to being met; `up` = more is.
    pub direction: &'static str,
}

/// One obligation of an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obligation {
    /// Identifier within the instrument.
    pub id: &'static str,
    /// Paragraph of the instrument.
    pub paragraph: &'static str,
    /// Operative verb.
    pub verb: &'static str,
    /// Who is bound.
    pub duty_bearer: &'static str,
    /// The instrument's own words.
    pub text: &'static str,
    /// The same in Arabic.
    pub text_ar: &'static str,
    /// Kind of demand: `stop_attacks`, `lift_siege`, `allow_aid`, `protect_medical` or `open_corridor`.
    pub demand: &'static str,
    /// Names of the places where it holds.
    pub territory: &'static [&'static str],
    /// First day.
    pub from: &'static str,
    /// Last day, where one is stated.
    pub until: Option<&'static str>,
    /// What it leaves out.
    pub exceptions: &'static [&'static str],
    /// How it is measured.
    pub indicator: Indicator,
}

/// A resolution, agreement or announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instrument {
    /// Path of its file.
    pub path: &'static str,
    /// Title in English.
    pub title: &'static str,
    /// Title in Arabic.
    pub title_ar: &'static str,
    /// Kind: `resolution`, `announcement`.
    pub kind: &'static str,
    /// Number, as cited.
    pub number: &'static str,
    /// Other names under which it is cited.
    pub aliases: &'static [&'static str],
    /// Day of adoption.
    pub adopted: &'static str,
    /// Who issued it.
    pub issuer: &'static str,
    /// What it binds to.
    pub obligations: &'static [Obligation],
}

const ATTACKS: &[&str] =
    &["attack", "air_strike", "helicopter_strike", "shelling", "missile_strike", "ground_assault", "second_strike"];

/// Both instruments.
pub const INSTRUMENTS: &[Instrument] = &[RESOLUTION, CORRIDOR];

const RESOLUTION: Instrument = Instrument {
    path: "commitments/resolution-41.commitment.toml",
    title: "Resolution 41 (2024) on the situation in Talmera",
    title_ar: "القرار 41 (2024) بشأن الوضع في تالميرا",
    kind: "resolution",
    number: "41 (2024)",
    aliases: &["Resolution 41", "القرار 41"],
    adopted: "2024-02-16",
    issuer: "Assembly of the Outer Isles",
    obligations: &[
        Obligation {
            id: "r41-3",
            paragraph: "3",
            verb: "demands",
            duty_bearer: "all parties",
            text: "Demands that all parties immediately cease all attacks against civilians and civilian objects, including medical facilities, schools and markets, and any indiscriminate use of weapons;",
            text_ar: "تطالب جميع الأطراف بأن توقف فوراً جميع الهجمات على المدنيين والأعيان المدنية، بما فيها المرافق الطبية والمدارس والأسواق، وأي استخدام عشوائي للأسلحة؛",
            demand: "stop_attacks",
            territory: &["Kaldun", "Veshra"],
            from: "2024-02-16",
            until: None,
            exceptions: &[],
            indicator: Indicator {
                acts: ATTACKS,
                targets: &[
                    "health",
                    "hospital",
                    "clinic",
                    "ambulance",
                    "medical_staff",
                    "school",
                    "market",
                    "bakery",
                    "water",
                    "home",
                    "residential_area",
                    "civilians",
                    "civilian_object",
                    "civil_defence_crew",
                    "humanitarian_convoy",
                ],
                measure: "reported attacks on civilians and civilian objects",
                unit: "incidents",
                direction: "down",
            },
        },
        Obligation {
            id: "r41-4",
            paragraph: "4",
            verb: "demands",
            duty_bearer: "Upland Command",
            text: "Demands that the Upland Command lift the siege of Quelmar without delay;",
            text_ar: "تطالب قيادة الهضبة برفع الحصار عن كويلمار دون تأخير؛",
            demand: "lift_siege",
            territory: &["Quelmar"],
            from: "2024-02-16",
            until: None,
            exceptions: &[],
            indicator: Indicator {
                acts: &["siege", "obstruction_of_aid"],
                targets: &[],
                measure: "days on which the town was reported besieged",
                unit: "days",
                direction: "down",
            },
        },
        Obligation {
            id: "r41-5",
            paragraph: "5",
            verb: "calls upon",
            duty_bearer: "all parties",
            text: "Calls upon all parties to allow rapid and unhindered passage of humanitarian relief for civilians in need;",
            text_ar: "تدعو جميع الأطراف إلى السماح بمرور الإغاثة الإنسانية للمدنيين المحتاجين بسرعة ودون عوائق؛",
            demand: "allow_aid",
            territory: &["Kaldun", "Veshra"],
            from: "2024-02-16",
            until: None,
            exceptions: &["inspection at agreed points that does not delay a convoy by more than one hour"],
            indicator: Indicator {
                acts: &["obstruction_of_aid", "looting"],
                targets: &["humanitarian_convoy", "humanitarian_warehouse", "humanitarian_staff"],
                measure: "convoys reported stopped, delayed or looted",
                unit: "incidents",
                direction: "down",
            },
        },
        Obligation {
            id: "r41-6",
            paragraph: "6",
            verb: "demands",
            duty_bearer: "all parties",
            text: "Demands that all parties respect and protect medical personnel, their transport and medical facilities;",
            text_ar: "تطالب جميع الأطراف باحترام العاملين في المجال الطبي ووسائل نقلهم والمرافق الطبية وحمايتها؛",
            demand: "protect_medical",
            territory: &["Kaldun", "Veshra"],
            from: "2024-02-16",
            until: None,
            exceptions: &[],
            indicator: Indicator {
                acts: ATTACKS,
                targets: &[
                    "health",
                    "hospital",
                    "field_hospital",
                    "clinic",
                    "ambulance",
                    "medical_warehouse",
                    "medical_staff",
                ],
                measure: "reported attacks on medical care",
                unit: "incidents",
                direction: "down",
            },
        },
    ],
};

const CORRIDOR: Instrument = Instrument {
    path: "commitments/corridor.commitment.toml",
    title: "Announcement of a humanitarian corridor from Quelmar to Ostrane",
    title_ar: "إعلان بشأن ممر إنساني من كويلمار إلى أوسترين",
    kind: "announcement",
    number: "MoD 7/2024",
    aliases: &["the humanitarian corridor", "الممر الإنساني"],
    adopted: "2024-03-07",
    issuer: "Ministry of Defence",
    obligations: &[
        Obligation {
            id: "corridor-1",
            paragraph: "1",
            verb: "announces",
            duty_bearer: "Upland Command",
            text: "A humanitarian corridor from Quelmar to Ostrane by way of Mistawen is open daily from 08:00 to 14:00;",
            text_ar: "يُفتح ممر إنساني من كويلمار إلى أوسترين عبر مستاوين يومياً من الساعة 8:00 إلى الساعة 14:00؛",
            demand: "open_corridor",
            territory: &["Quelmar", "Mistawen", "Ostrane"],
            from: "2024-03-08",
            until: Some("2024-03-12"),
            exceptions: &["persons who carry arms"],
            indicator: Indicator {
                acts: &["attack", "obstruction_of_aid", "shelling", "ground_assault", "detention"],
                targets: &[],
                measure: "days on which the corridor was reported closed or attacked in its hours",
                unit: "days",
                direction: "down",
            },
        },
        Obligation {
            id: "corridor-2",
            paragraph: "2",
            verb: "pledges",
            duty_bearer: "Upland Command",
            text: "Fire is ceased along the road in those hours; ambulances and relief convoys may pass.",
            text_ar: "يُوقف إطلاق النار على طول الطريق في هذه الساعات، ويُسمح بمرور سيارات الإسعاف وقوافل الإغاثة.",
            demand: "stop_attacks",
            territory: &["Mistawen"],
            from: "2024-03-08",
            until: Some("2024-03-12"),
            exceptions: &["outside the hours of the corridor"],
            indicator: Indicator {
                acts: ATTACKS,
                targets: &["ambulance", "humanitarian_convoy", "medical_staff"],
                measure: "reported attacks on the road in its hours",
                unit: "incidents",
                direction: "down",
            },
        },
    ],
};

impl Instrument {
    /// The text of its `.commitment.toml`.
    pub fn toml(&self) -> String {
        let mut out = String::from("# Invented: nobody adopted this. نص مختلق.\n\n[instrument]\n");
        let mut line = |key: &str, value: String| {
            let _ = writeln!(out, "{key} = {value}");
        };
        line("title", quoted(self.title));
        line("title_ar", quoted(self.title_ar));
        line("kind", quoted(self.kind));
        line("number", quoted(self.number));
        line("aliases", quoted_list(self.aliases));
        line("adopted", quoted(self.adopted));
        line("issuer", quoted(self.issuer));
        for obligation in self.obligations {
            obligation.write(&mut out);
        }
        out
    }
}

impl Obligation {
    fn write(&self, out: &mut String) {
        let mut line = |key: &str, value: String| {
            let _ = writeln!(out, "{key} = {value}");
        };
        line("\n[[obligation]]\nid", quoted(self.id));
        line("paragraph", quoted(self.paragraph));
        line("verb", quoted(self.verb));
        line("duty_bearer", quoted(self.duty_bearer));
        line("text", quoted(self.text));
        line("text_ar", quoted(self.text_ar));
        line("demand", quoted(self.demand));
        line("territory", quoted_list(self.territory));
        line("from", quoted(self.from));
        if let Some(until) = self.until {
            line("until", quoted(until));
        }
        line("exceptions", quoted_list(self.exceptions));
        line("\n[obligation.indicator]\nacts", quoted_list(self.indicator.acts));
        line("targets", quoted_list(self.indicator.targets));
        line("measure", quoted(self.indicator.measure));
        line("unit", quoted(self.indicator.unit));
        line("direction", quoted(self.indicator.direction));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instruments_read_back_with_all_their_obligations() {
        for instrument in INSTRUMENTS {
            let read: toml::Table = instrument.toml().parse().expect("valid TOML");
            let obligations = read["obligation"].as_array().expect("a list");
            assert_eq!(obligations.len(), instrument.obligations.len());
            for (value, obligation) in obligations.iter().zip(instrument.obligations) {
                assert_eq!(value["text_ar"].as_str(), Some(obligation.text_ar));
                assert_eq!(value["indicator"]["direction"].as_str(), Some(obligation.indicator.direction));
            }
        }
    }

    #[test]
    fn territories_are_places_of_the_island() {
        for obligation in INSTRUMENTS.iter().flat_map(|i| i.obligations) {
            for name in obligation.territory {
                assert!(crate::place::PLACES.iter().any(|place| place.name == *name), "{name}");
            }
        }
    }
}
