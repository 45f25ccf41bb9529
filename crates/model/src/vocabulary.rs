//! The closed lists that the logic reasons about, and the open vocabularies that ship as terms.
//!
//! Closed lists (levels, elements, standards, tiers …) are enums. Targets, weapons and acts are *terms*:
//! an id, what it is a kind of, and labels in English and Arabic; a user's own term needs a `broader`. Arabic
//! words are to be reviewed by a lawyer who works in it. No party to any war is named here.

use crate::record::words;

mod terms;

pub use terms::{ACTS, TARGETS, Term, WEAPONS, canonical, label, matches};

words! {
    /// How well an element of an incident is supported. Not a standard of proof: no level maps to one.
    Level {
        /// Machine proposals only, or accepted in bulk.
        NotAssessed = "not_assessed",
        /// Any lead.
        Recorded = "recorded",
        /// At least one attributable source, checked against known reuse.
        SingleSource = "single_source",
        /// Two or more independent lines, separateness shown for two, in specific agreement.
        Corroborated = "corroborated",
        /// Meets the check list of level 3.
        MeetsCheckList = "meets_check_list",
        /// Level 3, sensor data or first-hand accounts of another kind, and an adversarial review.
        StronglySupported = "strongly_supported",
    }
}

impl Level {
    /// 0 to 4; nothing for *not assessed*, which is no number.
    pub fn number(self) -> Option<u8> {
        match self {
            Level::NotAssessed => None,
            Level::Recorded => Some(0),
            Level::SingleSource => Some(1),
            Level::Corroborated => Some(2),
            Level::MeetsCheckList => Some(3),
            Level::StronglySupported => Some(4),
        }
    }

    /// From its number.
    pub fn from_number(number: u8) -> Option<Self> {
        Level::ALL.iter().copied().find(|level| level.number() == Some(number))
    }

    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Level::NotAssessed => ("not assessed", "لم يُقيَّم"),
            Level::Recorded => ("recorded", "مسجَّل"),
            Level::SingleSource => ("single source", "مصدر واحد"),
            Level::Corroborated => ("corroborated", "معزَّز بمصادر مستقلة"),
            Level::MeetsCheckList => ("meets the check list", "مستوفٍ لقائمة التحقق"),
            Level::StronglySupported => ("strongly supported", "مدعوم بقوة"),
        }
    }
}

words! {
    /// What of an incident can be supported or not, each by itself.
    Element {
        /// That it happened.
        Happened = "happened",
        /// Where.
        Place = "place",
        /// When.
        Time = "time",
        /// What was hit.
        Target = "target",
        /// Whether it was civilian.
        CivilianStatus = "civilian_status",
        /// With what.
        Weapon = "weapon",
        /// By whom. Never inherits from the rest.
        Who = "who",
        /// Killed, injured, missing, displaced.
        Harm = "harm",
    }
}

impl Element {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Element::Happened => ("that it happened", "وقوع الحدث"),
            Element::Place => ("place", "المكان"),
            Element::Time => ("time", "الوقت"),
            Element::Target => ("what was hit", "ما أُصيب"),
            Element::CivilianStatus => ("civilian status", "الصفة المدنية"),
            Element::Weapon => ("weapon", "السلاح"),
            Element::Who => ("who", "الفاعل"),
            Element::Harm => ("harm", "الأذى"),
        }
    }
}

words! {
    /// Standards of proof, weakest first. A person states one.
    Standard {
        /// Reasonable suspicion.
        ReasonableSuspicion = "reasonable_suspicion",
        /// Reasonable grounds to believe.
        ReasonableGrounds = "reasonable_grounds_to_believe",
        /// Substantial grounds to believe.
        SubstantialGrounds = "substantial_grounds_to_believe",
        /// Balance of probabilities.
        BalanceOfProbabilities = "balance_of_probabilities",
        /// Clear and convincing.
        ClearAndConvincing = "clear_and_convincing",
        /// Only as the record of a court's own finding.
        BeyondReasonableDoubt = "beyond_reasonable_doubt",
    }
}

words! {
    /// Who may see a thing, narrowest first.
    Tier {
        /// Members of the archive.
        Internal = "internal",
        /// A body that has given its word.
        Trusted = "trusted",
        /// Anyone.
        Public = "public",
    }
}

impl Tier {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Tier::Internal => ("internal", "داخلي"),
            Tier::Trusted => ("trusted body", "جهة موثوقة"),
            Tier::Public => ("public", "علني"),
        }
    }
}

words! {
    /// What a member may do.
    Role {
        /// Admits members and keys.
        Owner = "owner",
        /// Works on material.
        Investigator = "investigator",
        /// Reviews what others assessed.
        Reviewer = "reviewer",
        /// A machine that collects, and cannot open what it sealed.
        Field = "field",
    }
}

words! {
    /// How bytes came in.
    Capture {
        /// From a folder, copied.
        Folder = "folder",
        /// From a folder, hashed and left where it lies.
        InPlace = "in_place",
        /// Through a page.
        Upload = "upload",
        /// From a chat's export.
        ChatExport = "chat_export",
        /// An account that was taken down.
        Interview = "interview",
        /// Made by this program for a demonstration.
        Demonstration = "demonstration",
    }
}

words! {
    /// A party's position on an incident. A bare denial changes this and nothing else.
    Position {
        /// Nobody asked.
        NotAsked = "not_asked",
        /// Asked; the day by which an answer was asked for is not over.
        Awaited = "asked_answer_awaited",
        /// Asked; no answer by a date.
        NoAnswer = "asked_no_answer",
        /// Says it did not happen.
        DeniesAct = "denies_the_act",
        /// Says it was somebody else.
        DeniesTheirs = "denies_it_was_theirs",
        /// Says that what was hit was military.
        SaysMilitary = "says_the_target_was_military",
        /// Says that the harm was other.
        SaysOtherHarm = "says_the_harm_was_other",
        /// Admits that it did it.
        AdmitsAct = "admits_the_act",
        /// Admits that it bears responsibility.
        AdmitsResponsibility = "admits_responsibility",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_not_assessed_has_no_number() {
        assert!(Level::NotAssessed < Level::Recorded && Level::Corroborated < Level::StronglySupported);
        assert_eq!(Level::NotAssessed.number(), None);
        for number in 0..=4 {
            assert_eq!(Level::from_number(number).unwrap().number(), Some(number));
        }
        assert_eq!(Level::from_number(5), None);
    }
}
