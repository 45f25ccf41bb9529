//! The known answers: what a careful reader of the whole folder would say, for tests and benches to score against.
//!
//! These are the answers of the folder's author. They are not in the folder, and nothing but tests, benches and the
//! recorded demonstration may look at them.

use crate::pictures::How;

/// One thing that happened on the invented island.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incident {
    /// Identifier, for reference within [`Truth`].
    pub id: &'static str,
    /// Identifier of the place in [`crate::place::PLACES`].
    pub place: &'static str,
    /// When it happened, RFC 3339, first and last possible moment as the author knows it.
    pub interval: (&'static str, &'static str),
    /// Act (vocabulary term).
    pub act: &'static str,
    /// Target class (vocabulary term).
    pub target: &'static str,
    /// Weapon (vocabulary term), where anything says one.
    pub weapon: Option<&'static str>,
    /// Parties that somebody holds responsible.
    pub accused: &'static [&'static str],
    /// Lowest and highest number of killed that anything states for this event.
    pub killed: (u32, u32),
    /// Lowest and highest number of injured that anything states for this event.
    pub injured: (u32, u32),
    /// Lines of evidence: each the files that collapse into one act of perceiving or one unseen origin, origin first.
    ///
    /// Denials, admissions and justifications of a party stand in [`Truth::positions`] and are no line.
    pub lines: &'static [&'static [&'static str]],
    /// Pairs of files between which separateness can be shown (other device and vantage, interviewed apart).
    pub separate: &'static [(&'static str, &'static str)],
}

/// How a party, or a body that speaks for it, stands to an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// Denies, and says nothing that could be tested.
    BareDenial,
    /// Denies, and says something that could be tested: its words.
    TestableDenial(&'static str),
    /// Says that it was the other party.
    OtherParty,
    /// Says that what was hit was military.
    MilitaryTarget,
    /// Admits the act.
    Admits,
}

/// A stance taken in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// File in which it is taken.
    pub file: &'static str,
    /// Who takes it, as named there.
    pub speaker: &'static str,
    /// Party on whose behalf.
    pub party: &'static str,
    /// Incident.
    pub incident: &'static str,
    /// Which stance.
    pub stance: Stance,
    /// Files that speak against what it says.
    pub against: &'static [&'static str],
}

/// Two files that state different values of one element of one incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// Incident.
    pub incident: &'static str,
    /// Element: `time`, `harm`, `who`.
    pub element: &'static str,
    /// File and value.
    pub one: (&'static str, &'static str),
    /// File and value.
    pub other: (&'static str, &'static str),
}

/// A text that copies another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextCopy {
    /// The copy.
    pub file: &'static str,
    /// What it copies.
    pub of: &'static str,
    /// Word for word, a part only, or translated.
    pub how: TextHow,
}

/// How a text was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextHow {
    /// All words, other case or punctuation or a frame around them allowed.
    Whole,
    /// Some sentences.
    Part,
    /// In another language.
    Translated,
}

/// A picture whose own clock is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongClock {
    /// File.
    pub file: &'static str,
    /// What the metadata says, local time.
    pub stated: &'static str,
    /// When it was taken, local time.
    pub taken: &'static str,
    /// What gives it away.
    pub because: &'static str,
}

/// A file that cannot be read as what its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// File.
    pub file: &'static str,
    /// What is wrong with it.
    pub what: &'static str,
}

/// All answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// Eight incidents, by time.
    pub incidents: &'static [Incident],
    /// Stances of the parties.
    pub positions: &'static [Position],
    /// Values that disagree.
    pub contradictions: &'static [Contradiction],
    /// Pictures that show the same picture: copy, original, how.
    pub same_picture: &'static [(&'static str, &'static str, How)],
    /// Two exposures of one scene by two people side by side: the same scene and not the same picture.
    pub side_by_side: (&'static str, &'static str),
    /// An old picture under a new claim: the file as posted, the post, the picture and post of 2021.
    pub old_as_new: [&'static str; 4],
    /// Texts that copy texts.
    pub copied_texts: &'static [TextCopy],
    /// Each file cites the next, the last cites the first, and none perceived anything.
    pub circular: [&'static str; 3],
    /// Pictures whose clocks are wrong.
    pub wrong_clocks: &'static [WrongClock],
    /// Counted sets: file, number, the incidents that it counts. They are no incidents of their own.
    pub counted: &'static [(&'static str, u32, &'static [&'static str])],
    /// Claims of a pattern: file, words, places. They are no incidents either.
    pub patterns: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Campaigns: file, words, places.
    pub campaigns: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Incidents of one town and day that must not be merged.
    pub keep_apart: (&'static str, &'static str),
    /// A second strike on the same place: first event, minutes after it, file.
    pub second_strike: (&'static str, u32, &'static str),
    /// The account whose witness later withdraws, and the incident that rests on it.
    pub withdrawn: (&'static str, &'static str),
    /// What a speaker says that an instrument demands and its text does not: file, instrument, words.
    pub misrendered: (&'static str, &'static str, &'static str),
    /// Scene pairs: before, after, whether anything changed.
    pub scenes: [(&'static str, &'static str, bool); 2],
    /// Pictures to be kept blurred until asked for.
    pub graphic: &'static [&'static str],
    /// Files that are bad on purpose.
    pub unreadable: &'static [Unreadable],
}

const INCIDENTS: &[Incident] = &[
    Incident {
        id: "hospital",
        place: "dorvane-hospital",
        interval: ("2024-03-04T06:38:00-03:00", "2024-03-04T06:42:00-03:00"),
        act: "air_strike",
        target: "hospital",
        weapon: Some("air_delivered"),
        accused: &["Upland Command"],
        killed: (5, 11),
        injured: (19, 23),
        lines: &[
            &["accounts/cedar.account.toml"],
            &["accounts/heron.account.toml"],
            &["pictures/hospital-1.jpg", "pictures/isle-wire-hospital.jpg"],
            &["pictures/hospital-2.jpg"],
            &["pictures/hospital-roof.jpg"],
            &["texts/dorvane-spotters-log.txt"],
            &["texts/dorvane-intake.csv"],
            &["texts/2024-03-04-veshra-health-directorate.txt", "texts/2024-03-04-isle-wire-dorvane.txt"],
            &["texts/2024-03-04-courier-dorvane.html"],
            &["texts/2024-03-10-harbour-monitor-weekly.html"],
        ],
        separate: &[
            ("accounts/cedar.account.toml", "accounts/heron.account.toml"),
            ("pictures/hospital-1.jpg", "pictures/hospital-roof.jpg"),
        ],
    },
    Incident {
        id: "market",
        place: "dorvane-market",
        interval: ("2024-03-04T16:15:00-03:00", "2024-03-04T16:21:00-03:00"),
        act: "shelling",
        target: "market",
        weapon: Some("mortar"),
        accused: &["Upland Command", "River Front"],
        killed: (4, 4),
        injured: (15, 15),
        lines: &[
            &["accounts/juniper.account.toml"],
            &["pictures/market.jpg"],
            &["pictures/market-crater.jpg"],
            &["texts/dorvane-spotters-log.txt"],
            &["texts/dorvane-intake.csv"],
            // The Health Directorate, whose own words on the market are not in the folder.
            &["texts/2024-03-04-isle-wire-dorvane.txt"],
            // An unnamed seller told the agency; the figures come from the directorate.
            &["texts/2024-03-04-dorvane-market.ar.txt"],
            &["texts/2024-03-10-harbour-monitor-weekly.html"],
        ],
        separate: &[("accounts/juniper.account.toml", "pictures/market.jpg")],
    },
    Incident {
        id: "school",
        place: "oshtel-school",
        interval: ("2024-03-05T10:13:00-03:00", "2024-03-05T10:18:00-03:00"),
        act: "shelling",
        target: "school",
        weapon: Some("rocket_artillery"),
        accused: &["River Front"],
        killed: (3, 5),
        injured: (9, 9),
        lines: &[
            &["accounts/plover.account.toml"],
            &["pictures/oshtel-school.jpg"],
            &["texts/2024-03-05-upland-command-oshtel.txt"],
            &["texts/2024-03-10-harbour-monitor-weekly.html"],
        ],
        separate: &[("accounts/plover.account.toml", "pictures/oshtel-school.jpg")],
    },
    Incident {
        id: "bakery",
        place: "quelmar-bakery",
        interval: ("2024-03-06T08:05:00-03:00", "2024-03-06T08:14:00-03:00"),
        act: "air_strike",
        target: "bakery",
        weapon: Some("drone_dropped"),
        accused: &[],
        killed: (6, 6),
        injured: (10, 10),
        // One post with its picture, ten reposts: one line, and nothing shows that it is separate from anything.
        lines: &[&[
            "posts/quelmar-now-0001.txt",
            "pictures/quelmar-bakery.jpg",
            "posts/repost-01-island-voices.txt",
            "posts/repost-02-veshra-today.txt",
            "posts/repost-03-amrel-news.txt",
            "posts/repost-04-south-coast.txt",
            "posts/repost-05-quelmar.ar.txt",
            "posts/repost-06-bread-line.txt",
            "posts/repost-07-bakery.jpg",
            "posts/repost-08-bakery.jpg",
            "posts/repost-09-bakery.jpg",
            "posts/repost-10-bakery.jpg",
        ]],
        separate: &[],
    },
    Incident {
        id: "water",
        place: "tarivo-water",
        interval: ("2024-03-06T12:00:00-03:00", "2024-03-06T17:10:00-03:00"),
        act: "shelling",
        target: "water",
        weapon: Some("rocket_artillery"),
        accused: &["River Front"],
        killed: (0, 0),
        injured: (2, 2),
        // Three texts that cite each other in a ring, and a picture without a credit: no act of perceiving is named.
        lines: &[
            &[
                "texts/2024-03-06-courier-tarivo.html",
                "texts/2024-03-06-isle-wire-tarivo.txt",
                "texts/2024-03-06-harbour-monitor-tarivo.txt",
            ],
            &["pictures/tarivo-water.jpg"],
        ],
        separate: &[],
    },
    Incident {
        id: "convoy",
        place: "belquar-bridge",
        interval: ("2024-03-07T11:30:00-03:00", "2024-03-07T20:30:00-03:00"),
        act: "obstruction_of_aid",
        target: "humanitarian_convoy",
        weapon: None,
        accused: &["River Front"],
        killed: (0, 0),
        injured: (0, 0),
        lines: &[
            &["accounts/sorrel.account.toml"],
            &["texts/2024-03-07-saltwind-relief-convoy.txt"],
            &["pictures/belquar-convoy.jpg"],
        ],
        separate: &[],
    },
    Incident {
        id: "ambulance",
        place: "mistawen",
        interval: ("2024-03-08T09:08:00-03:00", "2024-03-08T09:12:00-03:00"),
        act: "attack",
        target: "ambulance",
        weapon: Some("small_arms"),
        accused: &["Upland Command"],
        killed: (1, 1),
        injured: (2, 2),
        lines: &[
            &["accounts/lark.account.toml"],
            &["pictures/mistawen-ambulance.jpg"],
            // “A driver told us”: who that was is not said; it may be the witness of the account.
            &["posts/2024-03-08-mistawen-road.txt"],
            &["texts/2024-03-08-river-front-ambulance.ar.txt"],
        ],
        separate: &[],
    },
    Incident {
        id: "homes",
        place: "dorvane-weavers",
        interval: ("2024-03-09T13:43:00-03:00", "2024-03-09T14:08:00-03:00"),
        act: "air_strike",
        target: "home",
        weapon: Some("cluster"),
        accused: &["Upland Command"],
        killed: (9, 9),
        injured: (1, 1),
        lines: &[
            &["scenes/dorvane_20240310.tif", "scenes/dorvane_20240301.tif"],
            &["pictures/weavers-rubble.png"],
            &["texts/2024-03-09-isle-wire-weavers-quarter.txt"],
            &["texts/2024-03-10-harbour-monitor-weekly.html", "texts/2024-03-10-veshra-council-president.txt"],
        ],
        separate: &[("scenes/dorvane_20240310.tif", "pictures/weavers-rubble.png")],
    },
];

const POSITIONS: &[Position] = &[
    Position {
        file: "texts/2024-03-04-ministry-of-defence.txt",
        speaker: "Ministry of Defence",
        party: "Upland Command",
        incident: "hospital",
        stance: Stance::TestableDenial("No aircraft flew over Veshra on the morning of 4 March."),
        against: &["texts/dorvane-spotters-log.txt", "accounts/cedar.account.toml", "accounts/heron.account.toml"],
    },
    Position {
        file: "texts/2024-03-04-isle-wire-dorvane.txt",
        speaker: "Selma Torvane",
        party: "Upland Command",
        incident: "hospital",
        stance: Stance::TestableDenial("No aircraft flew over Veshra on the morning of 4 March"),
        against: &["texts/dorvane-spotters-log.txt", "accounts/cedar.account.toml", "accounts/heron.account.toml"],
    },
    Position {
        file: "texts/2024-03-04-isle-wire-dorvane.txt",
        speaker: "Brask Helleron",
        party: "Upland Command",
        incident: "market",
        stance: Stance::OtherParty,
        against: &[],
    },
    Position {
        file: "texts/2024-03-04-dorvane-market.ar.txt",
        speaker: "براسك هيليرون",
        party: "Upland Command",
        incident: "market",
        stance: Stance::OtherParty,
        against: &[],
    },
    Position {
        file: "texts/2024-03-05-river-front-oshtel.ar.txt",
        speaker: "داغان إيلمارو",
        party: "River Front",
        incident: "school",
        stance: Stance::BareDenial,
        against: &[],
    },
    Position {
        file: "texts/2024-03-07-river-front-convoy.txt",
        speaker: "River Front",
        party: "River Front",
        incident: "convoy",
        stance: Stance::Admits,
        against: &[],
    },
    Position {
        file: "texts/2024-03-08-upland-command-ambulance.txt",
        speaker: "Upland Command",
        party: "Upland Command",
        incident: "ambulance",
        stance: Stance::BareDenial,
        against: &[],
    },
    Position {
        file: "texts/2024-03-09-isle-wire-weavers-quarter.txt",
        speaker: "Brask Helleron",
        party: "Upland Command",
        incident: "homes",
        stance: Stance::MilitaryTarget,
        against: &["texts/2024-03-09-isle-wire-weavers-quarter.txt"],
    },
    Position {
        file: "texts/2024-03-10-river-front-tarivo.txt",
        speaker: "Dagan Ilmaro",
        party: "River Front",
        incident: "water",
        stance: Stance::TestableDenial(
            "Our nearest position is 19 kilometres from Tarivo, and our rockets reach 8 kilometres",
        ),
        against: &[],
    },
];

const CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        incident: "hospital",
        element: "harm",
        one: ("texts/2024-03-04-veshra-health-directorate.txt", "11 killed"),
        other: ("texts/2024-03-10-harbour-monitor-weekly.html", "7 killed"),
    },
    Contradiction {
        incident: "hospital",
        element: "time",
        one: ("texts/2024-03-04-isle-wire-dorvane.txt", "06:40"),
        other: ("texts/2024-03-04-courier-dorvane.html", "shortly after 08:00"),
    },
    Contradiction {
        incident: "school",
        element: "harm",
        one: ("texts/2024-03-05-upland-command-oshtel.txt", "5 killed"),
        other: ("accounts/plover.account.toml", "3 killed"),
    },
    Contradiction {
        incident: "ambulance",
        element: "time",
        one: ("texts/2024-03-08-river-front-ambulance.ar.txt", "09:10, within the hours of the corridor"),
        other: ("posts/2024-03-08-mistawen-road.txt", "15:10, outside them"),
    },
];

const COPIED: &[TextCopy] = &[
    TextCopy { file: "posts/repost-01-island-voices.txt", of: "posts/quelmar-now-0001.txt", how: TextHow::Whole },
    TextCopy { file: "posts/repost-02-veshra-today.txt", of: "posts/quelmar-now-0001.txt", how: TextHow::Part },
    TextCopy { file: "posts/repost-03-amrel-news.txt", of: "posts/quelmar-now-0001.txt", how: TextHow::Whole },
    TextCopy { file: "posts/repost-04-south-coast.txt", of: "posts/quelmar-now-0001.txt", how: TextHow::Whole },
    TextCopy { file: "posts/repost-05-quelmar.ar.txt", of: "posts/quelmar-now-0001.txt", how: TextHow::Translated },
    TextCopy { file: "posts/repost-06-bread-line.txt", of: "posts/repost-03-amrel-news.txt", how: TextHow::Part },
];

const UNREADABLE: &[Unreadable] = &[
    Unreadable { file: "bad/empty.jpg", what: "no bytes" },
    Unreadable { file: "bad/truncated.jpg", what: "cut off after two fifths" },
    Unreadable { file: "bad/not-a-picture.jpg", what: "text under the name of a picture" },
    Unreadable { file: "bad/market-\u{202e}gpj.txt", what: "a right-to-left override in the name" },
    Unreadable { file: "bad/many-zeros.zip", what: "sixty names over one stream of zeros" },
    Unreadable { file: "bad/broken.account.toml", what: "not TOML" },
    Unreadable { file: "bad/claims-to-be-huge.png", what: "claims 60,000 by 60,000 pixels" },
    Unreadable { file: "bad/wrong-encoding.txt", what: "bytes of no encoding, a zero among them" },
];

const SAME_PICTURE: &[(&str, &str, How)] = &[
    ("pictures/isle-wire-hospital.jpg", "pictures/hospital-1.jpg", How::Reencoded(60)),
    ("pictures/oshtel-as-posted.jpg", "pictures/2021-08-14-tarivo-school.jpg", How::Reencoded(72)),
    ("posts/repost-07-bakery.jpg", "pictures/quelmar-bakery.jpg", How::Reencoded(50)),
    ("posts/repost-08-bakery.jpg", "pictures/quelmar-bakery.jpg", How::Cropped),
    ("posts/repost-09-bakery.jpg", "pictures/quelmar-bakery.jpg", How::Screenshot),
    ("posts/repost-10-bakery.jpg", "pictures/quelmar-bakery.jpg", How::Captioned),
];

/// The known answers.
pub fn truth() -> Truth {
    Truth {
        incidents: INCIDENTS,
        positions: POSITIONS,
        contradictions: CONTRADICTIONS,
        same_picture: SAME_PICTURE,
        side_by_side: ("pictures/hospital-1.jpg", "pictures/hospital-2.jpg"),
        old_as_new: [
            "pictures/oshtel-as-posted.jpg",
            "posts/2024-03-05-oshtel-picture.txt",
            "pictures/2021-08-14-tarivo-school.jpg",
            "posts/2021-08-14-tarivo-school-fire.txt",
        ],
        copied_texts: COPIED,
        circular: [
            "texts/2024-03-06-courier-tarivo.html",
            "texts/2024-03-06-isle-wire-tarivo.txt",
            "texts/2024-03-06-harbour-monitor-tarivo.txt",
        ],
        wrong_clocks: &[
            WrongClock {
                file: "pictures/mistawen-ambulance.jpg",
                stated: "2024-03-11T09:26:40",
                taken: "2024-03-08T09:26:40",
                because: "published three days before; its own satellite fix has 8 March",
            },
            WrongClock {
                file: "pictures/belquar-convoy.jpg",
                stated: "2003-01-01T00:17:32",
                taken: "2024-03-07T12:05:00",
                because: "counts from the maker's first day, at night, and shows daylight",
            },
        ],
        counted: &[("texts/2024-03-10-harbour-monitor-weekly.html", 4, &["hospital", "market", "school", "homes"])],
        patterns: &[(
            "texts/2024-03-10-harbour-monitor-weekly.html",
            "fit the same pattern we have seen before, in Tarivo and Quelmar",
            &["tarivo", "quelmar"],
        )],
        campaigns: &[
            (
                "texts/2024-03-10-veshra-council-president.txt",
                "the onslaught on Dorvane and Quelmar",
                &["dorvane", "quelmar"],
            ),
            ("texts/2024-03-09-veshra-council-siege.ar.txt", "حصار كويلمار", &["quelmar"]),
        ],
        keep_apart: ("hospital", "market"),
        second_strike: ("homes", 20, "texts/2024-03-09-isle-wire-weavers-quarter.txt"),
        withdrawn: ("accounts/lark.account.toml", "ambulance"),
        misrendered: (
            "texts/2024-03-10-veshra-council-president.txt",
            "commitments/resolution-41.commitment.toml",
            "withdraw from Tarivo",
        ),
        scenes: [
            ("scenes/dorvane_20240301.tif", "scenes/dorvane_20240310.tif", true),
            ("scenes/belquar_20240301.tif", "scenes/belquar_20240310.tif", false),
        ],
        graphic: &["pictures/hospital-yard-graphic.jpg"],
        unreadable: UNREADABLE,
    }
}
