//! The invented people, organisations and parties, in English and Arabic.
//!
//! Public speakers only: witnesses appear under pseudonyms in [`crate::accounts`]. No name was taken from life;
//! one that someone bears is chance.

/// One invented public person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Name in English.
    pub name: &'static str,
    /// Name in Arabic.
    pub name_ar: &'static str,
    /// Office in English, as the texts give it.
    pub office: &'static str,
    /// Name of the organisation or party that the person speaks for.
    pub organisation: &'static str,
}

/// One invented organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organisation {
    /// Name in English.
    pub name: &'static str,
    /// Name in Arabic.
    pub name_ar: &'static str,
    /// Kind of source (DATA_MODEL, *Source*).
    pub kind: &'static str,
    /// The party that it belongs to or is aligned with, as stated; none for the others.
    pub aligned_with: Option<&'static str>,
}

/// Everyone who speaks in public in the week.
pub const PEOPLE: &[Person] = &[
    Person {
        name: "Orim Desval",
        name_ar: "أوريم دسفال",
        office: "President of the Veshra Council",
        organisation: "Veshra Council",
    },
    Person {
        name: "Halden Morvast",
        name_ar: "هالدن مورفاست",
        office: "Minister of Defence",
        organisation: "Ministry of Defence",
    },
    Person {
        name: "Selma Torvane",
        name_ar: "سلمى تورفان",
        office: "spokeswoman",
        organisation: "Ministry of Defence",
    },
    Person {
        name: "Brask Helleron",
        name_ar: "براسك هيليرون",
        office: "Colonel, spokesman",
        organisation: "Upland Command",
    },
    Person {
        name: "Dagan Ilmaro", name_ar: "داغان إيلمارو", office: "spokesman", organisation: "River Front"
    },
    Person {
        name: "Nisrel Quandar",
        name_ar: "نسريل كواندار",
        office: "director of Dorvane General Hospital",
        organisation: "Veshra Health Directorate",
    },
    Person {
        name: "Yorenda Calse", name_ar: "يوريندا كالس", office: "director", organisation: "Harbour Monitor"
    },
    Person { name: "Pavro Immel", name_ar: "بافرو إيمل", office: "head", organisation: "Saltwind Relief" },
    Person { name: "Tamsel Ondray", name_ar: "تمسل أوندراي", office: "reporter", organisation: "Isle Wire" },
];

/// The two armed parties.
pub const PARTIES: &[Organisation] = &[
    Organisation { name: "Upland Command", name_ar: "قيادة الهضبة", kind: "party", aligned_with: None },
    Organisation { name: "River Front", name_ar: "جبهة النهر", kind: "party", aligned_with: None },
];

/// Everyone else who publishes.
pub const ORGANISATIONS: &[Organisation] = &[
    Organisation {
        name: "Ministry of Defence",
        name_ar: "وزارة الدفاع",
        kind: "authority",
        aligned_with: Some("Upland Command"),
    },
    Organisation {
        name: "Veshra Council",
        name_ar: "مجلس فيشرا",
        kind: "authority",
        aligned_with: Some("River Front"),
    },
    Organisation {
        name: "Veshra Health Directorate",
        name_ar: "مديرية صحة فيشرا",
        kind: "authority",
        aligned_with: Some("River Front"),
    },
    Organisation { name: "Isle Wire", name_ar: "برق الجزر", kind: "outlet", aligned_with: None },
    Organisation {
        name: "The Talmera Courier",
        name_ar: "بريد تالميرا",
        kind: "outlet",
        aligned_with: Some("Upland Command"),
    },
    Organisation { name: "Harbour Monitor", name_ar: "مرصد المرفأ", kind: "ngo", aligned_with: None },
    Organisation { name: "Saltwind Relief", name_ar: "إغاثة ريح الملح", kind: "ngo", aligned_with: None },
    Organisation {
        name: "Dorvane civil defence",
        name_ar: "الدفاع المدني في دورفان",
        kind: "responder",
        aligned_with: None,
    },
    Organisation {
        name: "Dorvane Spotters", name_ar: "راصدو دورفان", kind: "eyewitness", aligned_with: None
    },
    Organisation { name: "Quelmar Now", name_ar: "كويلمار الآن", kind: "channel", aligned_with: None },
    Organisation {
        name: "Assembly of the Outer Isles",
        name_ar: "جمعية الجزر الخارجية",
        kind: "authority",
        aligned_with: None,
    },
];
