//! Invented Arabic texts and what must be read out of them.

use serde_json::Value;

use super::*;
use crate::extract::Object;
use crate::place::Gazetteer;

fn objects(text: &str) -> Vec<Object> {
    let options =
        Options { doc: "t", published: Some("2019-03-29"), language: Some("ar"), gazetteer: Gazetteer::embedded() };
    let mut b = Builder::new(text);
    read(text, &options, &mut b);
    let out = b.finish();
    for object in &out {
        let quote: String = text.chars().skip(object.span.0).take(object.span.1 - object.span.0).collect();
        assert_eq!(quote, object.quote, "{}", object.id);
        assert!(!object.quote.trim().is_empty(), "{} {:?}", object.id, object.fields);
    }
    out
}

fn of<'o>(objects: &'o [Object], kind: &str) -> Vec<&'o Object> {
    objects.iter().filter(|object| object.kind == kind).collect()
}

fn classes(object: &Object, field: &str) -> Vec<String> {
    let list = object.fields[field].as_array().cloned().unwrap_or_default();
    list.iter().map(|item| item["class"].as_str().or(item["name"].as_str()).unwrap_or_default().to_owned()).collect()
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn an_attack_with_its_parts() {
    let all =
        objects("قصفت طائرات حربية مجهولة مشفى ومدرسة في مدينة إدلب يوم الخميس بالقنابل العنقودية المحرمة دولياً.");
    let attacks = of(&all, "attack");
    assert_eq!(attacks.len(), 1, "{attacks:#?}");
    let attack = attacks[0];
    assert_eq!(text_of(&attack.fields["act"]), "air strike");
    assert_eq!(classes(attack, "targets"), ["hospital", "school"]);
    assert_eq!(classes(attack, "weapons"), ["cluster container"]);
    assert_eq!(attack.fields["weapons"][0]["called_banned"], true);
    assert_eq!(text_of(&attack.fields["perpetrators"][0]["name"]), "طائرات حربية مجهولة");
    assert_eq!(attack.fields["places"].as_array().map(Vec::len), Some(1));
    let time = of(&all, "time")[0];
    assert_eq!(text_of(&time.fields["earliest"]), "2019-03-28");
    assert_eq!(text_of(&attack.fields["polarity"]), "asserted");
}

#[test]
fn the_speaker_and_the_chain() {
    let all = objects(
        "قالت منظمة الضوء إن المرصد المحلي أكد أن قوات الحاجز استهدفت سيارة إسعاف في حلب. وأضافت أن الهجوم متعمد.",
    );
    let said = of(&all, "attribution");
    assert_eq!(said.len(), 3, "{said:#?}");
    assert_eq!(text_of(&said[0].fields["source_name"]), "منظمة الضوء");
    assert_eq!(text_of(&said[1].fields["source_name"]), "المرصد المحلي");
    assert_eq!(said[1].fields["inside"], said[0].id);
    let attack = of(&all, "attack")[0];
    assert_eq!(attack.fields["said_by"], said[1].id);
    assert_eq!(attack.fields["chain"].as_array().map(Vec::len), Some(2));
    assert_eq!(classes(attack, "targets"), ["ambulance"]);
    assert_eq!(text_of(&attack.fields["perpetrators"][0]["name"]), "قوات الحاجز");
    assert_eq!(text_of(&said[2].fields["source_name"]), "منظمة الضوء", "who spoke last speaks on: {:?}", said[2]);
}

#[test]
fn figures_of_harm_in_any_words() {
    for (text, expected) in [
        (
            "أدى القصف إلى مقتل 5 مدنيين وإصابة 12 آخرين.",
            vec![("killed", Some(5), Some(5), "civilians"), ("injured", Some(12), Some(12), "unknown")],
        ),
        ("استشهاد طفلين وامرأة جراء القصف.", vec![("killed", Some(2), Some(2), "children")]),
        ("قتل أكثر من عشرين شخصاً في الغارة.", vec![("killed", Some(21), None, "unknown")]),
        (
            "سقط خمسة قتلى و١٢ جريحاً في السوق.",
            vec![("killed", Some(5), Some(5), "unknown"), ("injured", Some(12), Some(12), "unknown")],
        ),
        (
            "مقتل 10 أشخاص بينهم 3 أطفال وامرأتان.",
            vec![
                ("killed", Some(10), Some(10), "unknown"),
                ("killed", Some(3), Some(3), "children"),
                ("killed", Some(2), Some(2), "women"),
            ],
        ),
        ("مقتل مدنيين في القصف.", vec![("killed", Some(2), None, "civilians")]),
        ("قصفت الطائرات المدرسة في 29 آذار.", vec![]),
    ] {
        let all = objects(text);
        let found: Vec<_> = of(&all, "casualties")
            .into_iter()
            .map(|object| {
                let fields = &object.fields;
                (
                    text_of(&fields["harm"]),
                    fields.get("min").and_then(Value::as_u64),
                    fields.get("max").and_then(Value::as_u64),
                    text_of(&fields["who"]),
                )
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_figure_is_tied_to_its_attack() {
    let all = objects("شنت مروحيات غارتين على سوق شعبي في بلدة سراقب، ما أسفر عن مقتل 7 مدنيين.");
    let attack = of(&all, "attack")[0];
    assert_eq!((text_of(&attack.fields["act"]), text_of(&attack.fields["scope"])), ("air strike", "counted"));
    assert_eq!(attack.fields["count"]["min"], 2);
    assert_eq!(classes(attack, "targets"), ["market"]);
    assert_eq!(attack.fields["casualties"][0], of(&all, "casualties")[0].id);
}

#[test]
fn denials_appeals_pledges_and_warnings() {
    let all = objects("نفت وزارة الدفاع استهداف المستشفى.");
    let denial = of(&all, "denial");
    assert_eq!(denial.len(), 1, "{all:#?}");
    assert_eq!(text_of(&of(&all, "attribution")[0].fields["source_name"]), "وزارة الدفاع");
    assert_eq!(text_of(&of(&all, "attack")[0].fields["polarity"]), "denied");
    assert_eq!(denial[0].fields["about"], of(&all, "attack")[0].id);

    let all = objects("ودعت الهيئة المدنية المجتمع الدولي إلى حماية المدنيين ووقف القصف.");
    let appeal = of(&all, "appeal")[0];
    assert_eq!(text_of(&appeal.fields["type"]), "protect");
    assert_eq!(text_of(&appeal.fields["to"][0]), "المجتمع الدولي");

    let all = objects("دعا قائد الفصيل المقاتلين إلى توحيد الصفوف والقتال.");
    assert_eq!(text_of(&of(&all, "appeal")[0].fields["type"]), "fight");

    let all = objects("تعهدت الحكومة بفتح معابر إنسانية. وحذرت اللجنة من موجة نزوح جديدة.");
    assert_eq!(of(&all, "pledge").len(), 1, "{all:#?}");
    assert_eq!(of(&all, "forecast").len(), 1, "{all:#?}");
}

#[test]
fn legal_words_are_told_as_said() {
    let all = objects("اعتبر رئيس المجلس أن قصف المدارس جريمة حرب.");
    let legal = of(&all, "legal")[0];
    assert_eq!(text_of(&legal.fields["characterisation"]), "war crime");
    assert_eq!(legal.fields["said_by"], of(&all, "attribution")[0].id);
    assert_eq!(legal.fields["about"], of(&all, "attack")[0].id);
}

#[test]
fn according_to_a_source() {
    let all = objects("سقطت قذيفة هاون على مدرسة في درعا، بحسب الدفاع المدني.");
    let attack = of(&all, "attack")[0];
    assert_eq!(text_of(&attack.fields["act"]), "shelling");
    assert_eq!(attack.fields["said_by"], of(&all, "attribution")[0].id);
    assert_eq!(text_of(&of(&all, "attribution")[0].fields["source_name"]), "الدفاع المدني");
}

#[test]
fn peaceful_and_hostile_texts_are_read_to_their_end() {
    for text in [
        "افتتحت المدرسة أبوابها اليوم وقال المدير إن الطلاب سعداء.",
        "",
        "قال إن قال إن قال إن",
        "مقتل مقتل مقتل بينهم بينهم و و و",
        "“«\"“ قصفت ”»",
        "شنت شنت غارات غارات على على",
    ] {
        let all = objects(text);
        assert!(text.len() > 60 || of(&all, "denial").is_empty());
    }
    assert!(of(&objects("افتتحت المدرسة أبوابها اليوم وقال المدير إن الطلاب سعداء."), "attack").is_empty());
    for text in ["قصفت و", "قال إن ", "غارة ", "مقتل 5 ", "دعا دمشق إلى ", "“ قال ", "حلب، ", "نفت الوزارة قصف مشفى. "]
    {
        objects(&text.repeat(4000));
    }
}

#[test]
fn instruments_with_what_they_demand() {
    let all = objects(
        "وطالبت جمعية الضوء بتطبيق القرار 4471 الذي ينص على رفع الحصار. وتعهدت الجبهة بموجب اتفاق المرفأ بسحب مدافعها. وقع بيان الوزارة أمس.",
    );
    let named: Vec<&str> = of(&all, "commitment").iter().map(|one| text_of(&one.fields["instrument_name"])).collect();
    assert_eq!(named, ["القرار 4471", "اتفاق المرفأ"]);
    assert_eq!(text_of(&of(&all, "commitment")[0].fields["obligation"]), "رفع الحصار");
}

#[test]
fn each_one_addressed() {
    let all = objects(
        "قالت هيئة الضوء إن القصف مستمر. وحثت الدول الضامنة والأمم المتحدة على وقف القصف، وأهابت بجميع الأطراف السماح بالعبور.",
    );
    let to: Vec<String> = of(&all, "appeal")
        .iter()
        .flat_map(|one| one.fields["to"].as_array().cloned().unwrap_or_default())
        .map(|to| text_of(&to).to_owned())
        .collect();
    assert_eq!(to, ["الدول الضامنة", "الأمم المتحدة", "جميع الأطراف"]);
}

#[test]
fn denials_in_other_words_and_what_is_none() {
    let denied = |text: &str| of(&objects(text), "denial").len();
    assert_eq!(denied("رفضت قيادة الساحل الاتهامات."), 1);
    assert_eq!(denied("وصفت وزارة الدفاع هذه الأنباء بأنها عارية عن الصحة."), 1);
    assert_eq!(denied("قال المتحدث إن قواته لم تستهدف المستشفى."), 1);
    assert_eq!(denied("رفضت قيادة الساحل الانسحاب من المدينة."), 0);
    assert_eq!(denied("لم تنف قيادة الساحل قصف المستودع."), 0);
}

#[test]
fn evidence_has_its_class_and_a_short_name_its_full_one() {
    let all = objects("استندت عيادة قانون اللاجئين إلى سجلات طبية وصور فضائية. وقالت العيادة إن القصف جريمة حرب.");
    let classes: Vec<&str> = of(&all, "mention")
        .iter()
        .map(|one| one.fields.get("class").and_then(Value::as_str).unwrap_or(""))
        .filter(|c| !c.is_empty())
        .collect();
    assert_eq!(classes, ["medical_record", "satellite_image"]);
    let short = all.iter().find(|one| one.kind == "mention" && one.quote == "العيادة").expect("the clinic");
    assert_eq!(text_of(&short.fields["canonical"]), "عيادة قانون اللاجئين");
}
