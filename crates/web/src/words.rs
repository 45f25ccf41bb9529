//! Words for the vocabularies that come as ids: kinds of rows, kinds of entries, decisions, in English and Arabic.
//!
//! Deliberately not for what people or machines said: that is shown as it is.

use witnessmark_desk::report::Tongue;
use witnessmark_model::entry::{Finding, IncidentRelation, Sameness};
use witnessmark_model::vocabulary::{Position, label};

/// A kind of row or predicate: one of it.
pub(crate) fn kind(kind: &str, t: Tongue) -> String {
    let (en, ar) = match kind {
        "attack" => ("attack", "هجوم"),
        "casualties" => ("figure of harm", "رقم أذى"),
        "legal" => ("legal characterisation", "وصف قانوني"),
        "commitment" => ("what an instrument demands", "ما يطالب به صك"),
        "pledge" => ("announcement or pledge", "إعلان أو تعهد"),
        "denial" => ("denial", "نفي"),
        "justification" => ("justification", "تبرير"),
        "forecast" => ("forecast", "توقع"),
        "appeal" => ("appeal", "مناشدة"),
        "pattern" => ("pattern that a speaker sees", "نمط يراه متحدث"),
        "dispatch" => ("letter, meeting or post", "رسالة أو لقاء أو منشور"),
        "incident" => ("grouping into an incident", "ضم في واقعة"),
        "hint" => ("relation of two incidents", "صلة بين واقعتين"),
        "question" => ("one happening, or two", "حدث واحد أم اثنان"),
        "picture_match" => ("two pictures alike", "صورتان متشابهتان"),
        "film_match" => ("a stretch of film that both hold", "مقطع مصوَّر مشترك"),
        "sound_match" => ("a stretch of sound that both hold", "مقطع صوتي مشترك"),
        "recording" => ("film or sound file", "ملف مصوَّر أو صوتي"),
        "sound" => ("sound", "الصوت"),
        "spoken" => ("what a program heard said, not reviewed", "كلام التقطه برنامج ولم يراجَع"),
        "contradiction" => ("metadata that differ", "بيانات وصفية متعارضة"),
        "reuse" => ("words used again", "كلام مكرر"),
        "picture" => ("picture", "صورة"),
        "device" => ("device", "الجهاز"),
        "file" => ("file", "الملف"),
        "picture_hash" => ("perceptual hash", "بصمة الصورة"),
        "document" => ("what the document says of itself", "ما تقوله الوثيقة عن نفسها"),
        "page" => ("page of the document", "صفحة من الوثيقة"),
        "comment" => ("remark in the margin", "ملاحظة في الهامش"),
        "sheet_row" => ("row of a sheet", "سطر من ورقة"),
        "message" => ("message", "رسالة"),
        "record" => ("what a fetch of a page came to", "ما آل إليه جلب صفحة"),
        "member" => ("attached or embedded file", "ملف مرفق أو مضمّن"),
        "position" => ("position", "الموضع"),
        "taken" => ("when it was taken", "وقت الالتقاط"),
        "film" => ("film", "تسجيل مصوَّر"),
        "scene" => ("satellite scene", "مشهد فضائي"),
        "text" => ("text", "نص"),
        "sheet" => ("sheet", "جدول"),
        "account" => ("account", "إفادة"),
        "manifest" => ("C2PA manifest", "بيان C2PA"),
        "signature" => ("signature beside a file", "توقيع مرفق بملف"),
        "time_stamp" => ("time stamp", "ختم زمني"),
        "other" => ("other", "غير ذلك"),
        other => return other.replace('_', " "),
    };
    t.say(en, ar).to_owned()
}

/// A kind of entry, as what was done.
pub(crate) fn entry(kind: &str, t: Tongue) -> String {
    let (en, ar) = match kind {
        "keyed" => ("a key was made known", "إعلان مفتاح"),
        "collected" => ("came in", "ورود"),
        "observed" => ("was read by a machine", "قراءة آلية"),
        "claimed" => ("claim asserted by a person", "قول منسوب أكده شخص"),
        "declined" => ("proposal turned down", "رفض مقترح"),
        "grouped" => ("grouped into an incident", "ضم إلى واقعة"),
        "related" => ("relation stated", "ذكر علاقة"),
        "connected" => ("relation of two incidents stated", "ذكر علاقة بين واقعتين"),
        "assessed" => ("element assessed", "تقييم عنصر"),
        "placed" => ("item placed in space and time", "تحديد مكان المادة ووقتها"),
        "examined" => ("element examined", "فحص عنصر"),
        "asked" => ("party asked for its side", "سؤال طرف عن روايته"),
        "found" => ("conclusion at a standard of proof", "استنتاج بمعيار إثبات"),
        "issued" => ("report issued", "إصدار تقرير"),
        "dispatched" => ("report sent", "إرسال تقرير"),
        "answered" => ("response recorded", "تسجيل رد"),
        "sealed" => ("restricted", "تقييد"),
        "consented" => ("consent recorded", "تسجيل موافقة"),
        "withdrawn" => ("taken back", "سحب"),
        "erased" => ("identity key destroyed", "إتلاف مفتاح الهوية"),
        "held" => ("held against erasure", "منع الإتلاف (حفظ قانوني)"),
        "released" => ("hold released by a second signer", "رفع منع الإتلاف بتوقيع ثانٍ"),
        "entrusted" => ("recovery of the keys entrusted to trustees", "إيداع استعادة المفاتيح لدى أمناء"),
        "merged" => ("two incidents merged into one", "دمج واقعتين في واحدة"),
        "split" => ("claims split off an incident", "فصل أقوال عن واقعة"),
        "paired" => ("two claims compared by a person", "مقارنة شخصٍ بين قولين"),
        "questioned" => ("question or rival explanation raised", "طرح سؤال أو تفسير منافس"),
        "argued" => ("something said to bear on a question", "ذكر ما يتصل بسؤال"),
        "settled" => ("question settled", "حسم سؤال"),
        "searched" => ("search recorded", "تسجيل بحث"),
        "tested" => ("proposition held to the evidence", "مقابلة مقولة بالأدلة"),
        "qualified" => ("point of a legal check list held to the evidence", "مقابلة عنصر من قائمة قانونية بالأدلة"),
        "disputed" => ("edge of origin disputed", "منازعة في صلة مصدر"),
        "adopted" => ("rules adopted", "اعتماد قواعد"),
        "sampled" => ("sample drawn for double coding", "سحب عيّنة للترميز المزدوج"),
        "coded" => ("unit of a sample coded", "ترميز وحدة من عيّنة"),
        other => return other.to_owned(),
    };
    t.say(en, ar).to_owned()
}

/// What a person said of two claims, in English and Arabic.
pub(crate) fn sameness(answer: Sameness) -> (&'static str, &'static str) {
    match answer {
        Sameness::Same => ("one happening", "حدث واحد"),
        Sameness::NotTheSame => ("not the same happening", "ليسا حدثاً واحداً"),
        Sameness::CannotTell => ("nobody can tell", "لا يمكن الجزم"),
    }
}

/// What examining an element found.
pub(crate) fn finding(finding: Finding, t: Tongue) -> &'static str {
    let (en, ar) = match finding {
        Finding::Agrees => ("agrees", "يوافق"),
        Finding::Disagrees => ("disagrees", "لا يوافق"),
        Finding::OpposingAnswered => ("held what speaks against it to the rest", "قابل ما يعارضه بسائر المواد"),
        Finding::AdversarialReview => ("tried to knock it down", "حاول نقضه"),
        Finding::UnpublishedDetail => ("found the detail that is not published", "وجد التفصيل غير المنشور"),
    };
    t.say(en, ar)
}

/// A field that a person can set.
pub(crate) fn field(field: &str, t: Tongue) -> String {
    let (en, ar) = match field {
        "act" => ("act", "الفعل"),
        "target" => ("said to be hit", "ما يُقال إنه أُصيب"),
        "weapon" => ("weapon", "السلاح"),
        "actor" => ("alleged", "منسوب إلى"),
        "place" => ("place", "المكان"),
        "time" => ("time", "الوقت"),
        "scope" => ("scope", "النطاق"),
        "polarity" => ("asserted or denied", "إثبات أو نفي"),
        "killed" => ("killed", "القتلى"),
        "injured" => ("injured", "الجرحى"),
        "stated_by" => ("who says it", "القائل"),
        "first_hand" => ("first-hand", "عن معاينة مباشرة"),
        "quote" => ("words", "العبارة"),
        "count" => ("counted set of", "مجموعة معدودة"),
        "victims" => ("who was hit", "المصابون"),
        "harm" => ("harm", "الأذى"),
        "chain" => ("came through", "وصل عبر"),
        "relies_on" => ("said to rest on", "يُقال إنه يستند إلى"),
        "to" => ("to", "إلى"),
        "capacity" => ("in the capacity of", "بصفة"),
        "type" => ("kind", "النوع"),
        "instrument" => ("instrument", "الصك"),
        "obligation" => ("demand", "المطلب"),
        "characterisation" => ("as", "بوصفه"),
        "content" => ("content", "المضمون"),
        "about" => ("about", "بشأن"),
        "by" => ("by", "من"),
        "form" => ("form", "الشكل"),
        "when" => ("when", "متى"),
        "paragraph" => ("paragraph", "الفقرة"),
        "duty_bearer" => ("who is bound", "الملزَم"),
        "a" => ("first picture", "الصورة الأولى"),
        "b" => ("second picture", "الصورة الثانية"),
        "distance" => ("bits that differ, of 256", "البتات المختلفة من 256"),
        "match" => ("match", "التطابق"),
        "turned" => ("turned or mirrored", "مُدارة أو معكوسة"),
        "mirrored" => ("mirrored", "معكوسة"),
        "verdict" => ("taken for", "تُعدّ"),
        "inliers" => ("points that agree", "نقاط متفقة"),
        other => return other.replace('_', " "),
    };
    t.say(en, ar).to_owned()
}

/// A closed word of two pictures that were compared; nothing for any other field.
pub(crate) fn alike(field: &str, word: &str, t: Tongue) -> Option<&'static str> {
    let (en, ar) = match (field, word.trim_matches(['\u{2066}', '\u{2069}'])) {
        ("match", "same") => ("taken for one picture", "تُعدّان صورة واحدة"),
        ("match", "review") => ("to be looked at", "تحتاج إلى نظر"),
        ("turned" | "mirrored", "true") => ("yes", "نعم"),
        ("turned" | "mirrored", "false") => ("no", "لا"),
        ("verdict", "derived_copy") => ("one exposure, copied", "لقطة واحدة منسوخة"),
        ("verdict", "same_scene_separate_capture") => ("one scene, taken more than once", "مشهد واحد صُوّر أكثر من مرة"),
        ("verdict", "cannot_tell") => ("it cannot tell", "لا يمكن الجزم"),
        ("verdict", "shared_mark") => ("only a mark in common", "علامة مشتركة فقط"),
        ("by", "geometric") => ("points over the whole of both", "نقاط على كامل الصورتين"),
        ("by", "region") => ("points on a part that both show", "نقاط على جزء تُظهره كلتاهما"),
        ("hint", "possible_duplicate") => ("may be the same incident", "قد تكونان واقعة واحدة"),
        ("hint", "second_strike") => ("may be a second strike", "قد تكون ضربة ثانية"),
        ("hint", "same_facility") => ("may have hit the same facility", "قد تكونان أصابتا المنشأة نفسها"),
        ("hint", "series") => ("may be of one series", "قد تكونان من سلسلة واحدة"),
        ("by", "pdq") => ("their hashes alone", "بصمتيهما فقط"),
        _ => return None,
    };
    Some(t.say(en, ar))
}

/// How one incident stands to another, read from the first to the second.
pub(crate) fn incident_relation(relation: IncidentRelation, t: Tongue) -> &'static str {
    let (en, ar) = match relation {
        IncidentRelation::DuplicateOf => ("is the same happening as", "هي نفسها"),
        IncidentRelation::PartOfSeries => ("is one of a series with", "من سلسلة واحدة مع"),
        IncidentRelation::SecondStrikeOn => {
            ("is a second strike, on those who came after", "ضربة ثانية على من قدموا بعد")
        }
        IncidentRelation::Precedes => ("came before", "سبقت"),
        IncidentRelation::SameFacility => ("hit the same facility as", "أصابت المنشأة نفسها التي أصابتها"),
        IncidentRelation::SamePattern => ("was done in the same way as", "وقعت على نحو مماثل لـ"),
        IncidentRelation::Contradicts => ("cannot be so if this is so:", "لا تصح إن صحّت"),
    };
    t.say(en, ar)
}

/// A closed word of a claim: scope, polarity, status, harm.
pub(crate) fn value(value: &str, t: Tongue) -> String {
    let (en, ar) = match value {
        "one" => ("one event", "حدث واحد"),
        "counted" => ("a counted set", "مجموعة معدودة"),
        "campaign" => ("a campaign, not one incident", "حملة، وليست واقعة واحدة"),
        "asserted" => ("asserted", "مثبَت القول"),
        "denied" => ("denied", "منفي"),
        "hypothetical" => ("hypothetical", "افتراضي"),
        "future" => ("of the future", "عن المستقبل"),
        "killed" => ("killed", "قتيل"),
        "injured" => ("injured", "جريح"),
        "missing" => ("missing", "مفقود"),
        "detained" => ("detained", "محتجز"),
        "displaced" => ("displaced", "نازح"),
        "unknown" => ("not stated", "غير مذكور"),
        "civilians" => ("civilians", "مدنيون"),
        "children" => ("children", "أطفال"),
        "women" => ("women", "نساء"),
        "medical" => ("medical staff", "طواقم طبية"),
        "responders" => ("responders", "فرق استجابة"),
        "combatants" => ("combatants", "مقاتلون"),
        "strike" => ("this strike", "هذه الضربة"),
        "town_day" => ("town and day", "البلدة واليوم"),
        "intake" => ("facility intake", "ما استقبلته المنشأة"),
        "cumulative" => ("cumulative", "تراكمي"),
        other => return other.replace('_', " "),
    };
    t.say(en, ar).to_owned()
}

/// A value of an element: a term by its label; a figure of harm with its kind in the reader's words; anything else as it is.
pub(crate) fn element_value(text: &str, t: Tongue) -> String {
    let labelled = label(text, t.code());
    if labelled != text {
        return labelled.to_owned();
    }
    match text.split_once(' ') {
        Some((harm, figure)) if HARMS.contains(&harm) && figure.contains(|c: char| c.is_ascii_digit()) => {
            format!("{} {}", value(harm, t), witnessmark_report::document::isolate(figure))
        }
        _ => text.to_owned(),
    }
}

/// Words for what happened to people.
const HARMS: &[&str] = &["killed", "injured", "missing", "detained", "displaced"];

/// A field of a reading of a file, in words; one that has none by its own name.
pub(crate) fn reading(field: &str, t: Tongue) -> String {
    let (en, ar) = match field {
        "extension_says" => ("the name says", "يقول الاسم"),
        "media_type" => ("type", "النوع"),
        "size" => ("bytes looked at", "البايتات المفحوصة"),
        "width" => ("pixels across", "البكسلات عرضاً"),
        "height" => ("pixels down", "البكسلات طولاً"),
        "orientation" => ("orientation", "الاتجاه"),
        "thumbnail" => ("holds a thumbnail", "تحوي صورة مصغّرة"),
        "c2pa_manifest" => ("holds a signed manifest (C2PA)", "تحوي بياناً موقّعاً (C2PA)"),
        "page" => ("page", "الصفحة"),
        "pages" => ("pages", "الصفحات"),
        "outcome" => ("came to", "المآل"),
        "url" => ("address, as stated", "العنوان كما ذُكر"),
        "fetched" => ("fetched, as stated", "جُلب كما ذُكر"),
        "seen" => ("what was seen", "ما شوهد"),
        "sha256" => ("SHA-256", "SHA-256"),
        "repaired" => ("repaired or left out", "ما أُصلح أو تُرك"),
        "make" => ("make", "الصانع"),
        "model" => ("model", "الطراز"),
        "software" => ("software", "البرنامج"),
        "free_text_fields" => ("fields of free text", "حقول نصية حرة"),
        "pdq" => ("perceptual hash (PDQ)", "بصمة الصورة (PDQ)"),
        "quality" => ("quality of the hash", "جودة البصمة"),
        "lat" => ("latitude", "خط العرض"),
        "lon" => ("longitude", "خط الطول"),
        "uncertainty_m" => ("uncertain by, in metres", "هامش الشك بالأمتار"),
        "bearing_deg" => ("bearing, in degrees", "الاتجاه بالدرجات"),
        "bearing_from" => ("bearing from", "مرجع الاتجاه"),
        "basis" => ("basis", "الأساس"),
        "field" => ("field", "الحقل"),
        "earliest" => ("earliest", "الأبكر"),
        "latest" => ("latest", "الأحدث"),
        "zone" => ("zone", "المنطقة الزمنية"),
        "sensor" => ("sensor", "المستشعر"),
        "acquired" => ("acquired", "وقت الالتقاط"),
        "duration_s" => ("seconds", "الثواني"),
        other => return other.replace('_', " "),
    };
    t.say(en, ar).to_owned()
}

/// A party's position.
pub(crate) fn position(position: Position, t: Tongue) -> &'static str {
    match position {
        Position::NotAsked => t.say("was not asked", "لم يُسأل"),
        Position::Awaited => t.say("was asked; an answer is awaited", "سُئل والجواب منتظر"),
        Position::NoAnswer => t.say("was asked; no answer", "سُئل ولا جواب"),
        Position::DeniesAct => t.say("denies that it happened", "ينفي وقوع الحدث"),
        Position::DeniesTheirs => t.say("denies that it was theirs", "ينفي أنه فعله"),
        Position::SaysMilitary => t.say("says that what was hit was military", "يقول إن ما أُصيب عسكري"),
        Position::SaysOtherHarm => t.say("says that the harm was other", "يقول إن الأذى مختلف"),
        Position::AdmitsAct => t.say("admits the act", "يقرّ بالفعل"),
        Position::AdmitsResponsibility => t.say("admits responsibility", "يقرّ بالمسؤولية"),
    }
}

/// A figure as a reader expects it: `5`, `5–12`, `≥ 5`, `≤ 12`.
pub(crate) fn figure(min: Option<u64>, max: Option<u64>, t: Tongue) -> String {
    match (min, max) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a}–{b}"),
        (Some(a), None) => format!("≥ {a}"),
        (None, Some(b)) => format!("≤ {b}"),
        (None, None) => t.say("number not stated", "العدد غير مذكور").into(),
    }
}
