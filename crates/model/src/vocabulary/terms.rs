//! The terms that ship: id, what it is a kind of, English, Arabic.

/// A term of an open vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Snake case, unique in its list.
    pub id: &'static str,
    /// What it is a kind of; empty for a topmost term.
    pub broader: &'static str,
    /// English label.
    pub en: &'static str,
    /// Arabic label.
    pub ar: &'static str,
}

const fn term(id: &'static str, broader: &'static str, en: &'static str, ar: &'static str) -> Term {
    Term { id, broader, en, ar }
}

/// The label of a term of any list in `en` or `ar`; a user's own term is its own label.
pub fn label<'a>(id: &'a str, language: &str) -> &'a str {
    match [TARGETS, WEAPONS, ACTS].iter().flat_map(|list| list.iter()).find(|t| t.id == id) {
        Some(term) if language == "ar" => term.ar,
        Some(term) => term.en,
        None => id,
    }
}

/// Words by which a term is also known, where they are not its id with spaces or hyphens.
const ALSO: &[(&str, &str)] = &[
    ("crew", "civil_defence_crew"),
    ("vehicle", "civil_defence_vehicle"),
    ("warehouse", "humanitarian_warehouse"),
    ("staff", "humanitarian_staff"),
    ("place_of_worship", "worship"),
    ("military_object", "military"),
    ("unguided", "unguided_bomb"),
    ("guided", "guided_bomb"),
    ("barrel", "barrel_bomb"),
    ("unknown_chemical", "chemical"),
    ("militarisation_of_a_facility", "militarisation"),
];

/// The id of the term that a word names in a list: the id itself, its words, or a name it also has. Anything else is a
/// user's own term and stays as it is.
pub fn canonical<'a>(list: &[Term], word: &'a str) -> std::borrow::Cow<'a, str> {
    let id = word.trim().to_lowercase().replace([' ', '-'], "_");
    let also = ALSO.iter().find(|(name, _)| *name == id).map(|(_, term)| *term);
    let wanted = also.unwrap_or(&id);
    match list.iter().find(|t| t.id == wanted) {
        Some(term) => term.id.into(),
        None => word.into(),
    }
}

/// Is `narrow` the same as `broad`, or a kind of it, in this list?
pub fn matches(list: &[Term], narrow: &str, broad: &str) -> bool {
    let mut at = narrow;
    for _ in 0..list.len() {
        if at == broad {
            return true;
        }
        match list.iter().find(|t| t.id == at) {
            Some(term) if !term.broader.is_empty() => at = term.broader,
            _ => return false,
        }
    }
    false
}

/// What was hit.
pub const TARGETS: &[Term] = &[
    term("health", "", "health care", "الرعاية الصحية"),
    term("hospital", "health", "hospital", "مستشفى"),
    term("field_hospital", "hospital", "field hospital", "مستشفى ميداني"),
    term("clinic", "health", "clinic or medical facility", "مستوصف أو منشأة طبية"),
    term("ambulance", "health", "ambulance", "سيارة إسعاف"),
    term("medical_warehouse", "health", "medical warehouse", "مستودع طبي"),
    term("medical_staff", "health", "medical staff", "طاقم طبي"),
    term("rescue", "", "civil defence and rescue", "الدفاع المدني والإنقاذ"),
    term("civil_defence_centre", "rescue", "civil-defence centre", "مركز دفاع مدني"),
    term("civil_defence_crew", "rescue", "emergency responders", "فرق الاستجابة الطارئة"),
    term("civil_defence_vehicle", "rescue", "civil-defence vehicle", "آلية دفاع مدني"),
    term("subsistence", "", "food, water and power", "الغذاء والماء والطاقة"),
    term("bakery", "subsistence", "bakery", "مخبز"),
    term("market", "subsistence", "market", "سوق"),
    term("food_store", "subsistence", "food store", "مخزن غذاء"),
    term("water", "subsistence", "water supply", "مرفق مياه"),
    term("power", "subsistence", "power supply", "مرفق كهرباء"),
    term("education", "", "education", "التعليم"),
    term("school", "education", "school", "مدرسة"),
    term("university", "education", "university", "جامعة"),
    term("kindergarten", "education", "kindergarten", "روضة أطفال"),
    term("dwelling", "", "homes", "مساكن"),
    term("home", "dwelling", "home", "منزل"),
    term("apartment_block", "dwelling", "apartment block", "مبنى سكني"),
    term("residential_area", "dwelling", "residential area", "منطقة سكنية"),
    term("displaced", "", "displaced people's sites", "مواقع النازحين"),
    term("displacement_camp", "displaced", "displacement camp", "مخيم نازحين"),
    term("shelter", "displaced", "shelter", "ملجأ"),
    term("worship", "", "place of worship", "مكان عبادة"),
    term("cultural", "", "cultural object", "ممتلك ثقافي"),
    term("humanitarian", "", "humanitarian aid", "العمل الإنساني"),
    term("humanitarian_convoy", "humanitarian", "humanitarian convoy", "قافلة إنسانية"),
    term("humanitarian_warehouse", "humanitarian", "humanitarian warehouse", "مستودع إنساني"),
    term("humanitarian_staff", "humanitarian", "humanitarian staff", "عاملون إنسانيون"),
    term("journalist", "", "journalist", "صحفي"),
    term("road", "", "road", "طريق"),
    term("bridge", "", "bridge", "جسر"),
    term("farm", "", "farm", "مزرعة"),
    term("gathering", "", "gathering", "تجمع"),
    term("civilians", "", "civilians", "مدنيون"),
    term("civilian_object", "", "civilian object or vital facility", "عين مدنية أو مرفق حيوي"),
    term("settlement", "", "town or city", "بلدة أو مدينة"),
    term("military", "", "military object", "هدف عسكري"),
    term("mixed", "", "mixed", "مختلط"),
    term("unknown", "", "unknown", "غير معروف"),
];

/// With what.
pub const WEAPONS: &[Term] = &[
    term("air_delivered", "", "air-delivered weapon", "سلاح ملقى من الجو"),
    term("unguided_bomb", "air_delivered", "unguided bomb", "قنبلة غير موجَّهة"),
    term("guided_bomb", "air_delivered", "guided bomb", "قنبلة موجَّهة"),
    term("cluster", "", "cluster munition", "ذخيرة عنقودية"),
    term("cluster_container", "cluster", "cluster container", "حاوية عنقودية"),
    term("submunition", "cluster", "submunition", "ذخيرة صغيرة"),
    term("incendiary", "", "incendiary weapon", "سلاح حارق"),
    term("white_phosphorus", "incendiary", "white phosphorus", "فوسفور أبيض"),
    term("thermobaric", "", "thermobaric weapon", "سلاح حراري ضغطي"),
    term("barrel_bomb", "air_delivered", "barrel bomb", "برميل متفجر"),
    term("cruise_missile", "air_delivered", "cruise missile", "صاروخ جوّال"),
    term("drone_dropped", "air_delivered", "drone-dropped munition", "ذخيرة ملقاة من مسيّرة"),
    term("ground", "", "ground-launched weapon", "سلاح أرضي"),
    term("mortar", "ground", "mortar", "هاون"),
    term("tube_artillery", "ground", "tube artillery", "مدفعية"),
    term("rocket_artillery", "ground", "rocket artillery", "راجمة صواريخ"),
    term("ballistic_missile", "ground", "ballistic missile", "صاروخ بالستي"),
    term("improvised_rocket", "ground", "improvised rocket", "صاروخ محلي الصنع"),
    term("anti_tank", "ground", "anti-tank weapon", "سلاح مضاد للدروع"),
    term("mine", "", "mine", "لغم"),
    term("ied", "", "improvised explosive device", "عبوة ناسفة"),
    term("car_bomb", "ied", "car bomb", "سيارة مفخخة"),
    term("small_arms", "", "small arms", "أسلحة خفيفة"),
    term("sniper", "small_arms", "sniper fire", "قنص"),
    term("chemical", "", "chemical weapon", "سلاح كيميائي"),
    term("chlorine", "chemical", "chlorine", "كلور"),
    term("nerve", "chemical", "nerve agent", "غاز أعصاب"),
    term("blister", "chemical", "blister agent", "عامل منفِّط"),
    term("riot", "chemical", "riot-control agent", "عامل مكافحة شغب"),
    term("missile", "", "missile or rocket", "صاروخ"),
    term("unexploded", "", "unexploded ordnance", "ذخيرة غير منفجرة"),
    term("unknown", "", "unknown", "غير معروف"),
];

/// What was done.
pub const ACTS: &[Term] = &[
    term("attack", "", "attack", "هجوم"),
    term("air_strike", "attack", "air strike", "غارة جوية"),
    term("helicopter_strike", "attack", "helicopter strike", "غارة مروحية"),
    term("shelling", "attack", "shelling", "قصف"),
    term("missile_strike", "attack", "missile strike", "ضربة صاروخية"),
    term("ground_assault", "attack", "ground assault", "هجوم بري"),
    term("second_strike", "attack", "second strike", "ضربة ثانية"),
    term("raid", "", "raid", "مداهمة"),
    term("detention", "", "detention", "احتجاز"),
    term("obstruction_of_aid", "", "obstruction of aid", "عرقلة المساعدات"),
    term("siege", "", "siege", "حصار"),
    term("forced_displacement", "", "forced displacement", "تهجير قسري"),
    term("looting", "", "looting", "نهب"),
    term("militarisation", "", "militarisation of a facility", "عسكرة منشأة"),
    term("threat", "", "threat", "تهديد"),
    term("killing", "", "killing", "قتل"),
    term("unknown", "", "unknown", "غير معروف"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broader_term_exists_and_no_id_stands_twice() {
        for list in [TARGETS, WEAPONS, ACTS] {
            for (i, t) in list.iter().enumerate() {
                assert!(t.broader.is_empty() || list.iter().any(|b| b.id == t.broader), "{}", t.id);
                assert!(list[..i].iter().all(|other| other.id != t.id), "{}", t.id);
                assert!(!t.en.is_empty() && t.ar.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c)), "{}", t.id);
            }
        }
    }

    #[test]
    fn a_term_is_found_by_its_words_and_a_user_s_own_stays() {
        assert_eq!(canonical(TARGETS, "Civil-defence centre"), "civil_defence_centre");
        assert_eq!(canonical(TARGETS, "crew"), "civil_defence_crew");
        assert_eq!(canonical(WEAPONS, "white phosphorus"), "white_phosphorus");
        assert_eq!(canonical(TARGETS, "lighthouse"), "lighthouse");
        for (_, term) in ALSO {
            assert!([TARGETS, WEAPONS, ACTS].iter().any(|list| list.iter().any(|t| t.id == *term)), "{term}");
        }
    }

    #[test]
    fn a_field_hospital_is_health_care_and_a_school_is_not() {
        assert!(matches(TARGETS, "field_hospital", "health"));
        assert!(!matches(TARGETS, "school", "health"));
        assert!(matches(TARGETS, "of a user", "of a user"));
    }
}
