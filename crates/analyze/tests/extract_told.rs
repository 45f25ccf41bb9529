//! Who tells whom and who is called upon, in ordinary sentences of invented places: English and Arabic.

use serde_json::Value;
use witnessmark_analyze::{
    extract::{Object, Options, extract},
    place::Gazetteer,
};

fn read(text: &str, language: &str) -> Vec<Object> {
    let objects = extract(
        text,
        &Options { doc: "d", published: None, language: Some(language), gazetteer: Gazetteer::embedded() },
    );
    for object in &objects {
        assert!(!object.quote.trim().is_empty(), "{} quotes nothing in “{text}”: {:?}", object.id, object.fields);
    }
    objects
}

fn text(object: &Object, field: &str) -> String {
    object.fields.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A mention's full name, or the words themselves.
fn named(objects: &[Object], value: &Value) -> String {
    let id = value.as_str().unwrap_or_default();
    objects.iter().find(|o| o.id == id).map_or_else(|| id.to_owned(), |o| text(o, "canonical"))
}

/// `who speaks < who heard it` of every attribution, the ones around it before a `>`.
fn told(text_: &str, language: &str) -> Vec<String> {
    let objects = read(text_, language);
    let one = |o: &Object| {
        let heard = text(o, "heard_by");
        if heard.is_empty() { text(o, "source_name") } else { format!("{} < {heard}", text(o, "source_name")) }
    };
    let all = objects.iter().filter(|o| o.kind == "attribution");
    all.map(|o| match objects.iter().find(|outer| outer.id == text(o, "inside")) {
        Some(outer) => format!("{} > {}", text(outer, "source_name"), one(o)),
        None => one(o),
    })
    .collect()
}

/// Whom each appeal goes to.
fn asked(text: &str, language: &str) -> Vec<String> {
    let objects = read(text, language);
    let appeals = objects.iter().filter(|o| o.kind == "appeal");
    appeals
        .flat_map(|o| o.fields.get("to").and_then(Value::as_array).cloned().unwrap_or_default())
        .map(|to| named(&objects, &to))
        .collect()
}

/// Who denies, for each denial.
fn denied(text: &str, language: &str) -> Vec<String> {
    let objects = read(text, language);
    objects
        .iter()
        .filter(|o| o.kind == "denial")
        .map(|o| named(&objects, o.fields.get("by").unwrap_or(&Value::Null)))
        .collect()
}

#[test]
fn who_has_it_from_whom_in_english() {
    for (text, wanted) in [
        (
            "The Molvane Gazette quotes the news site Tidewater as having learned from two officials that the order was given.",
            &["Tidewater < The Molvane Gazette", "Tidewater > two officials"][..],
        ),
        (
            "The Relief Office reported that people had fled. Newly arrived families told its staff that soldiers had come.",
            &["Relief Office", "families < Relief Office"],
        ),
        ("She said two visitors had told her that soldiers fired at a bus.", &["She", "She > two visitors"]),
        // What was vowed ends before who says so.
        (
            "The River Front vowed to withdraw from the town, its spokesman said.",
            &["spokesman", "spokesman > River Front"],
        ),
        // Two who speak side by side pass nothing on.
        (
            "The River Front called it ethnic cleansing; the Upland Command dismissed this as propaganda.",
            &["River Front", "Upland Command"],
        ),
        (
            "“We flew no sortie on Sunday night, and we reject this,” the Ministry of Defence said.",
            &["Ministry of Defence", "Ministry of Defence > Ministry of Defence"],
        ),
        ("An appeals court denied bail to the curator.", &[]),
        ("The army denied food had been stopped at the gate.", &["army"]),
    ] {
        assert_eq!(told(text, "en"), wanted, "{text}");
    }
}

#[test]
fn a_name_behind_its_role_is_who_speaks() {
    let said = told("The Union met. “This is collective punishment,” its chairwoman, Dorit Amsel, said.", "en");
    assert_eq!(said, ["Dorit Amsel"]);
}

#[test]
fn who_is_called_upon_in_english() {
    for (text, wanted) in [
        ("The paper asked the Government of Ravonia to free the four reporters.", &["Government of Ravonia"][..]),
        ("We once again appeal to the fighters to secure safe passage.", &["fighters"]),
        ("He demanded of Ravonia that it admit inspectors immediately.", &["Ravonia"]),
        (
            "The Forum asked the governments of Estmark and Norvia not to deport refugees.",
            &["the governments of Estmark", "Norvia"],
        ),
        ("We are calling on the Red Cross, on the UN relief office: come now.", &["Red Cross", "the UN relief office"]),
        ("Soldiers go from door to door. @UNRelief please get these people out!", &["UNRelief"]),
        (
            "Norvane's neighbours must keep their borders open, the refugee agency pleaded in its weekly update.",
            &["Norvane's neighbours"],
        ),
        ("Requests Member States to refrain from transferring mortars.", &["States"]),
        ("It was a plea which the Association sent on Thursday to the parliament.", &["parliament"]),
    ] {
        let found = asked(text, "en");
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn who_has_it_from_whom_in_arabic() {
    for (text, wanted) in [
        ("نقلت وكالة نور عن شهود عيان أن الطائرات قصفت السوق.", &["وكالة نور", "وكالة نور > شهود عيان"][..]),
        ("روى ناجون لمنظمة العدل أن الجنود أطلقوا النار على الحافلة.", &["ناجون < منظمة العدل"]),
        ("قال شاهد لوكالة نور إن الطائرة قصفت المدرسة.", &["شاهد < وكالة نور"]),
        ("أبلغ طبيب صحيفة الغد أن المستشفى قصف مرتين.", &["طبيب < صحيفة الغد"]),
        ("قالت ناجية في مقابلة مع قناة النهر إن الجنود أطلقوا النار.", &["ناجية < قناة النهر"]),
        ("وقال مدير المستشفى لمراسل صحيفة الميناء إن القصف دمر الغرفة.", &["مدير المستشفى < صحيفة الميناء"]),
        ("ذكر المرصد أن سكانا أبلغوه أن الطائرات قصفت السوق.", &["المرصد", "المرصد > سكانا"]),
        ("وفق ما نقله المرصد عن ناشطين، قصفت الطائرات السوق.", &["المرصد", "المرصد > ناشطين"]),
        ("استمعت اللجنة إلى ناجين قالوا إن الجنود أحرقوا القرية.", &["ناجين < اللجنة"]),
        // Who speaks before the verb was not told.
        ("قيادة جيش الشمال أبلغت صحيفة الغد أن القصف مستمر.", &["قيادة جيش الشمال < صحيفة الغد"]),
        // Whose office it is, and nobody who was told.
        ("قال الأمين العام لمنظمة التعاون إن القصف مستمر.", &["الأمين العام لمنظمة التعاون"]),
    ] {
        assert_eq!(told(text, "ar"), wanted, "{text}");
    }
}

#[test]
fn who_denies_in_arabic() {
    for (text, wanted) in [
        ("نفى المتحدث باسم الجيش نفيا قاطعا مسؤولية قواته عن القصف.", &["المتحدث باسم الجيش"][..]),
        ("لا صحة لما تردد عن قصف المستشفى، قال الناطق العسكري.", &["الناطق العسكري"]),
        ("أكد المتحدث باسم الجيش أن قواته لم تكن في المنطقة وقت الهجوم.", &["المتحدث باسم الجيش"]),
        ("ورد المندوب الدائم بأن هذه الاتهامات «لا تستند إلى أي دليل».", &["المندوب الدائم"]),
        ("أنكرت الجبهة علمها بالحادثة.", &["الجبهة"]),
        ("سخر الناطق باسم الجيش من الاتهامات بقصف المدرسة.", &["الناطق باسم الجيش"]),
        ("ولم يصدر عن الجيش أي تعليق حتى الآن.", &[]),
    ] {
        assert_eq!(denied(text, "ar"), wanted, "{text}");
    }
}

#[test]
fn who_is_called_upon_in_arabic() {
    for (text, wanted) in [
        ("ودعت المنظمة كلا من حكومة سوفارا وجبهة الجنوب إلى سحب مدافعهما.", &["حكومة سوفارا", "جبهة الجنوب"][..]),
        ("وناشدت الوزارة وكالة الإغاثة والدول المجاورة استقبال الحالات الحرجة.", &["وكالة الإغاثة", "الدول المجاورة"]),
        ("كما طلب المنتدى من حكومتي إستمارك ونورفيا عدم ترحيل اللاجئين.", &["حكومتي إستمارك", "نورفيا"]),
        ("قالت شبكة النبع إن على برلمان ميلوفيا أن يتحرك الآن.", &["برلمان ميلوفيا"]),
        ("يا وزارة الصحة، يا منظمات الدنيا، نريد أكسجين اليوم.", &["وزارة الصحة", "منظمات الدنيا"]),
        ("وجه الاتحاد نداء إلى الهلال الأحمر لإدخال الأنسولين.", &["الهلال الأحمر"]),
        ("رفع وجهاء الوادي عريضة إلى الرئيس أنس مطران يلتمسون فيها فك الطوق.", &["الرئيس أنس مطران"]),
        // A road is no one.
        ("على الطريق أن يبقى مفتوحا.", &[]),
    ] {
        assert_eq!(asked(text, "ar"), wanted, "{text}");
    }
}

/// Classes of evidence that a text names or rests on.
fn evidence(text_: &str, language: &str) -> Vec<String> {
    let objects = read(text_, language);
    let mentions = objects.iter().filter(|o| o.kind == "mention" && text(o, "type") == "evidence");
    let mut out: Vec<String> = mentions.map(|o| text(o, "class")).collect();
    out.sort();
    out.dedup();
    out
}

#[test]
fn evidence_as_news_tell_it() {
    for (language, text, wanted) in [
        ("en", "“I saw the plane turn back,” said Mariam, 34, a mother of three.", &["witness_account"][..]),
        ("en", "People who escaped the siege described eating grass.", &["witness_account"]),
        ("en", "Medics at the scene said most of the wounded were children.", &["witness_account"]),
        ("en", "The strike was caught on camera by a shopkeeper.", &["video"]),
        ("en", "Pieces of the rocket were found in the courtyard.", &["remnant"]),
        ("en", "Our researchers visited the hospital three days after the strike.", &["site_visit"]),
        ("en", "In a Telegram post, the brigade claimed the town.", &["social_post"]),
        ("en", "The minister posed for photographs at the museum.", &[]),
        ("ar", "تحدثنا إلى أحد عشر شخصا فروا من البلدة في آذار.", &["witness_account"]),
        ("ar", "بحسب سكان محليين، حلقت مروحيتان فوق السوق قبل الانفجار.", &["witness_account"]),
        ("ar", "زار باحثونا المستشفى بعد ثلاثة أيام من الغارة.", &["site_visit"]),
        ("ar", "أمرت مذكرة مسربة الوحدات بإخلاء الحي.", &["document"]),
        ("ar", "التقط الوزير معهم الصور التذكارية في المتحف.", &[]),
    ] {
        assert_eq!(evidence(text, language), wanted, "{text}");
    }
}

#[test]
fn a_private_person_is_evidence_without_the_name() {
    let objects = read("“I saw the plane turn back,” said Mariam, 34, a mother of three.", "en");
    let told = objects.iter().find(|o| text(o, "class") == "witness_account").expect("an account");
    assert_eq!((told.quote.as_str(), text(told, "name").contains("Mariam")), ("34, a mother of three", false));
}

#[test]
fn a_subject_that_only_counts_opens_what_is_said() {
    for text in ["Officials said many of the dead were women.", "Officials said most were children."] {
        assert_eq!(told(text, "en"), ["Officials"], "{text}");
    }
}
