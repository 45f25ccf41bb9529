//! Writes a specimen of every kind of block, in English and in Arabic, as HTML and PDF.
//!
//! `cargo run -p witnessmark-report --example specimen -- FOLDER`. Everything in it is invented; it
//! is for looking at type, tables and drawings, and says nothing about any place or person.

use std::path::Path;

use witnessmark_report::document::{
    Badge, Block, Cell, CellClass, Direction, Document, Fact, Figure, Heading, Inline, Language, Notice, NoticeKind,
    Quote, Reference, Sentence, Table, Tone, isolate,
};
use witnessmark_report::draw::{bars, graph, map, matrix, timeline};
use witnessmark_report::pdf::{Fonts, render};
use witnessmark_report::picture::Picture;
use witnessmark_report::{html, words};

/// Picks the words of a language.
#[derive(Clone, Copy)]
struct Say(Language);

impl Say {
    fn it(self, english: &str, arabic: &str) -> String {
        if self.0 == Language::English { english.to_owned() } else { arabic.to_owned() }
    }

    fn text(self, english: &str, arabic: &str) -> Inline {
        Inline::text(self.it(english, arabic))
    }

    fn level(self, tone: Tone) -> Badge {
        let label = match tone {
            Tone::Unassessed => self.it("not assessed (unreviewed)", "لم يُقيَّم (بلا مراجعة)"),
            Tone::Recorded => self.it("level 0, recorded", "المستوى ٠، مسجَّل"),
            Tone::SingleSource => self.it("level 1, single source", "المستوى ١، مصدر واحد"),
            Tone::Corroborated => self.it("level 2, corroborated", "المستوى ٢، متقاطع"),
            Tone::MeetsCheckList => self.it("level 3, meets the check list", "المستوى ٣، يستوفي قائمة التحقق"),
            Tone::StronglySupported => self.it("level 4, strongly supported", "المستوى ٤، مدعوم بقوة"),
        };
        Badge { tone, label, contested: None }
    }

    fn heading(self, level: u8, id: &str, english: &str, arabic: &str) -> Block {
        Block::Heading(Heading { level, text: self.it(english, arabic), id: id.into() })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder to write to")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let fonts = Fonts::bundled()?;
    for language in [Language::English, Language::Arabic] {
        let document = specimen(language)?;
        let code = language.code();
        std::fs::write(folder.join(format!("specimen.{code}.html")), html::page(&document))?;
        let pdf = render(&document, &fonts)?;
        std::fs::write(folder.join(format!("specimen.{code}.pdf")), &pdf.bytes)?;
    }
    Ok(())
}

fn specimen(language: Language) -> Result<Document, Box<dyn std::error::Error>> {
    let say = Say(language);
    let mut blocks = summary(say);
    blocks.extend(incident(say));
    blocks.extend(drawings(say));
    blocks.extend(pictures(say)?);
    blocks.extend(tables(say));
    blocks.extend(references(say));
    let invented = "Made-up town: nothing here happened";
    Ok(Document {
        title: say.it("Attacks on health care in Qalat al-Nahr, one week in March", "هجمات على الرعاية الصحية في قلعة النهر، أسبوع من آذار"),
        subtitle: Some(say.it("Internal report · specimen", "تقرير داخلي · نموذج")),
        language,
        watermark: Some(say.it(invented, "بلدة مُتخيَّلة: لم يقع شيء مما هنا")),
        generated: "2026-03-20T09:15:00Z".parse()?,
        notices: vec![
            Notice {
                kind: NoticeKind::Note,
                text: vec![say.text(
                    "The place, the people and the events in this document are invented, to show how a report is laid out.",
                    "المكان والناس والأحداث في هذا المستند مُتخيَّلة، لعرض شكل التقرير.",
                )],
            },
            Notice {
                kind: NoticeKind::Limit,
                text: vec![say.text(
                    "No outside party has countersigned this ledger: it does not show when it was made.",
                    "لم يوقّع طرف خارجي على هذا السجل: فهو لا يُظهر متى أُنشئ.",
                )],
            },
            Notice {
                kind: NoticeKind::Withheld,
                text: vec![
                    say.text("Withheld from this document: ", "ما حُجب عن هذا المستند: "),
                    Inline::isolated("3"),
                    say.text(" accounts (consent), ", " إفادات (الموافقة)، و"),
                    Inline::isolated("1"),
                    say.text(" place (safety). Opposing material withheld: ", " مكان (السلامة). مواد مخالفة محجوبة: "),
                    Inline::isolated("0"),
                    Inline::text("."),
                ],
            },
        ],
        blocks,
    })
}

fn summary(say: Say) -> Vec<Block> {
    let contested = Badge { contested: Some(say.it("contested", "محل نزاع")), ..say.level(Tone::SingleSource) };
    vec![
        say.heading(2, "summary", "Summary", "الخلاصة"),
        Block::Paragraph(vec![
            say.text(
                "Between 9 and 15 March, seven incidents were recorded. This chapter states what is supported and how well; ",
                "بين ٩ و١٥ آذار سُجّلت سبع وقائع. يبيّن هذا الفصل ما هو مدعوم وإلى أي حدّ؛ ",
            ),
            Inline::Strong(say.it("an incident has no level of its own", "وليس للواقعة مستوى خاص بها")),
            say.text(", only its elements do. Words between marks are quoted, as in ", "، بل لعناصرها. وما بين علامتين منقول حرفياً، كما في "),
            Inline::Quote(Quote {
                text: "سمعنا صوت الطائرة قبل الانفجار بدقيقة".into(),
                language: "ar".into(),
                direction: Direction::RightToLeft,
            }),
            say.text(" (account ", " (الإفادة "),
            Inline::isolated("A-014"),
            Inline::text(")."),
        ]),
        Block::Sentences(vec![
            Sentence {
                text: vec![
                    say.text(
                        "An explosion damaged the west wing of the clinic on the river road on the morning of 11 March, between ",
                        "ألحق انفجار أضراراً بالجناح الغربي للمستوصف على طريق النهر صباح ١١ آذار، بين الساعتين ",
                    ),
                    Inline::isolated("06:30–06:50"),
                    say.text(" local time.", " بالتوقيت المحلي."),
                ],
                references: vec![1, 2, 4],
                badge: Some(say.level(Tone::MeetsCheckList)),
            },
            Sentence {
                text: vec![
                    say.text("The clinic stood at ", "كان المستوصف عند "),
                    Inline::isolated("35.1234, 38.5678"),
                    say.text(" (within 100 m).", " (ضمن ١٠٠ م)."),
                ],
                references: vec![2],
                badge: Some(say.level(Tone::Corroborated)),
            },
            Sentence {
                text: vec![
                    say.text("One account says that the weapon was dropped by an aircraft; a statement by a party says: ", "تقول إفادة إن السلاح أُلقي من طائرة؛ ويقول بيان لأحد الأطراف: "),
                    Inline::Quote(Quote {
                        text: "no aircraft of ours flew that morning".into(),
                        language: "en".into(),
                        direction: Direction::LeftToRight,
                    }),
                    Inline::text("."),
                ],
                references: vec![3, 5],
                badge: Some(contested),
            },
            Sentence {
                text: vec![say.text("Two people were reported injured.", "أُبلغ عن إصابة شخصين.")],
                references: vec![3],
                badge: Some(say.level(Tone::Unassessed)),
            },
        ]),
        Block::Notice(Notice {
            kind: NoticeKind::Care,
            text: vec![say.text(
                "Graphic pictures are shown blurred and gray. The exact place and function of protected sites are sealed.",
                "الصور القاسية معروضة مموّهة وبالرمادي. والموقع الدقيق للمواقع المحمية ووظيفتها محجوبان.",
            )],
        }),
    ]
}

fn incident(say: Say) -> Vec<Block> {
    let fact = |english: &str, arabic: &str, value: Vec<Inline>| Fact { name: say.it(english, arabic), value };
    vec![
        say.heading(2, "incident-3", "Incident 3: the clinic on the river road", "الواقعة ٣: المستوصف على طريق النهر"),
        Block::Facts(vec![
            fact("When, as reported", "متى، كما أُفيد", vec![Inline::isolated("2026-03-11 06:30–06:50 +03")]),
            fact(
                "Where",
                "أين",
                vec![Inline::isolated("35.12, 38.56"), say.text(", within 1 km", "، ضمن كيلومتر واحد")],
            ),
            fact(
                "Custody",
                "سلسلة الحفظ",
                vec![
                    say.text("Custody with this archive begins ", "تبدأ سلسلة الحفظ لدى هذا الأرشيف في "),
                    Inline::isolated("2026-03-14"),
                    say.text(
                        ", 3 days after the claimed event; before that there is only what channel C says.",
                        "، بعد ٣ أيام من الواقعة المنسوبة؛ وقبل ذلك لا يوجد إلا ما تقوله القناة (ج).",
                    ),
                ],
            ),
            fact(
                "Hash of film F-2",
                "بصمة الفيلم F-2",
                vec![Inline::isolated("3f2a91c0d4be77a15c0e9b3d2f8a6641e5b7c9d0a1f2e3b4c5d6e7f8091a2b3c")],
            ),
        ]),
        say.heading(3, "incident-3-how", "How it was looked into", "كيف جرى التحقق"),
        Block::List(vec![
            vec![say.text(
                "Two films were compared frame by frame; one is a re-encoded copy of the other.",
                "قورن فيلمان إطاراً بإطار؛ أحدهما نسخة معاد ترميزها من الآخر.",
            )],
            vec![
                say.text("The shadow in photograph P-7 fits ", "الظل في الصورة P-7 يوافق "),
                Inline::isolated("06:40 ± 12 min"),
                say.text("; the camera's clock was ", "؛ وكانت ساعة الكاميرا "),
                Inline::Emphasis(say.it("one hour ahead", "متقدمة ساعة")),
                Inline::text("."),
            ],
        ]),
    ]
}

fn drawings(say: Say) -> Vec<Block> {
    let direction = say.0.direction();
    let figure = |scene, english: &str, arabic: &str| {
        let caption = say.it(english, arabic);
        Block::Figure(Figure { scene, alt: caption.clone(), caption: vec![Inline::Text(caption)] })
    };
    vec![
        say.heading(2, "drawings", "Where, when and from whom", "أين ومتى وعمّن"),
        figure(
            draw_map(say, direction),
            "Reported places of four incidents with the uncertainty of each.",
            "الأماكن المُبلَّغ عنها لأربع وقائع مع هامش كلٍّ منها.",
        ),
        figure(
            draw_timeline(say, direction),
            "When it is reported to have happened, and when material appeared.",
            "متى يُقال إنها وقعت، ومتى ظهرت المواد.",
        ),
        figure(
            draw_matrix(say, direction),
            "Independent lines of evidence for each element of incident 3.",
            "أصول المعلومة المستقلة لكل عنصر من الواقعة ٣.",
        ),
        figure(
            draw_graph(say, direction),
            "Where each item has it from. Boxes are lines of evidence.",
            "عمّن أُخذت كل مادة. الأطر أصول مستقلة للمعلومة.",
        ),
        figure(draw_bars(say, direction), "Incidents by what was hit.", "الوقائع بحسب ما أصيب."),
    ]
}

fn draw_map(say: Say, direction: Direction) -> witnessmark_report::draw::Scene {
    let place = |longitude, latitude| map::Place { longitude, latitude };
    let ring = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| place(x, y)).collect::<Vec<_>>();
    let outlines = [
        map::Outline {
            name: Some("one side".into()),
            rings: vec![ring(&[
                (38.1, 34.9),
                (38.52, 34.88),
                (38.6, 35.08),
                (38.55, 35.3),
                (38.2, 35.4),
                (38.0, 35.1),
            ])],
        },
        map::Outline {
            name: Some("other side".into()),
            rings: vec![ring(&[
                (38.52, 34.88),
                (38.6, 35.08),
                (38.55, 35.3),
                (38.9, 35.5),
                (39.2, 35.1),
                (38.9, 34.8),
            ])],
        },
    ];
    let point = |x, y, m, english: &str, arabic: &str, tone, contested| map::MapPoint {
        place: place(x, y),
        uncertainty_m: m,
        label: say.it(english, arabic),
        tone,
        contested,
        link: Some("#incident-3".into()),
    };
    let points = [
        point(38.5678, 35.1234, 100.0, "Clinic, river road", "المستوصف، طريق النهر", Tone::MeetsCheckList, false),
        point(38.51, 35.16, 3000.0, "Bakery", "المخبز", Tone::SingleSource, true),
        point(38.62, 35.09, 1000.0, "School", "المدرسة", Tone::Corroborated, false),
        point(38.569, 35.1245, 50.0, "Ambulance", "سيارة الإسعاف", Tone::Recorded, false),
        point(38.70, 35.17, 6000.0, "Water pumps", "مضخات المياه", Tone::Unassessed, false),
    ];
    map::draw(&map::Map {
        label: &say.it("Map", "خريطة"),
        direction,
        outlines: &outlines,
        points: &points,
        units: (&say.it("km", "كم"), &say.it("m", "م")),
        notes: &[
            say.it("Outlines: invented for this specimen.", "الحدود: مُتخيَّلة لهذا النموذج."),
            say.it("Borders are contested; a line here takes no side.", "الحدود محل نزاع؛ والخط هنا لا ينحاز لأحد."),
        ],
    })
}

fn draw_timeline(say: Say, direction: Direction) -> witnessmark_report::draw::Scene {
    use timeline::MarkKind::{Collected, Event, Observed, Published};
    let at = |text: &str| text.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
    let mark = |a: &str, b: &str, kind| timeline::Mark {
        earliest: at(a),
        latest: at(b),
        kind,
        label: format!("{a} – {b}"),
        contested: false,
    };
    let row = |english: &str, arabic: &str, marks| timeline::Row { label: say.it(english, arabic), link: None, marks };
    let rows = [
        row(
            "Account A-014",
            "الإفادة A-014",
            vec![
                mark("2026-03-11T03:00:00Z", "2026-03-11T07:00:00Z", Event),
                mark("2026-03-14T10:00:00Z", "2026-03-14T10:00:00Z", Collected),
            ],
        ),
        row(
            "Film F-1, channel C",
            "الفيلم F-1، القناة (ج)",
            vec![
                mark("2026-03-11T03:30:00Z", "2026-03-11T03:50:00Z", Event),
                mark("2026-03-11T08:12:00Z", "2026-03-11T08:12:00Z", Published),
                mark("2026-03-14T10:20:00Z", "2026-03-14T10:20:00Z", Collected),
            ],
        ),
        row(
            "Film F-2, copy of F-1 under another name",
            "الفيلم F-2، نسخة من F-1 باسم آخر",
            vec![
                mark("2026-09-02T12:00:00Z", "2026-09-02T12:00:00Z", Published),
                mark("2026-09-03T09:00:00Z", "2026-09-03T09:00:00Z", Collected),
            ],
        ),
        row(
            "Scenes before and after",
            "مشهدان قبل وبعد",
            vec![
                mark("2026-03-10T08:00:00Z", "2026-03-10T08:00:00Z", Observed),
                mark("2026-03-13T08:00:00Z", "2026-03-13T08:00:00Z", Observed),
                mark("2026-03-10T08:00:00Z", "2026-03-13T08:00:00Z", Event),
            ],
        ),
    ];
    let kinds = [
        say.it("reported to have happened", "يُقال إنها وقعت"),
        say.it("made public", "نُشر"),
        say.it("observed", "رُصد"),
        say.it("taken into the archive", "دخل الأرشيف"),
    ];
    timeline::draw(&timeline::Timeline {
        label: &say.it("Timeline", "خط زمني"),
        direction,
        rows: &rows,
        kinds: [&kinds[0], &kinds[1], &kinds[2], &kinds[3]],
    })
}

fn draw_matrix(say: Say, direction: Direction) -> witnessmark_report::draw::Scene {
    let columns: Vec<String> = [
        ("film or photograph", "فيلم أو صورة"),
        ("account", "إفادة"),
        ("satellite scene", "مشهد فضائي"),
        ("statement", "بيان"),
        ("document", "وثيقة"),
        ("remnant", "مخلّف"),
    ]
    .map(|(e, a)| say.it(e, a))
    .to_vec();
    let cell = |lines, apparent, against| matrix::MatrixCell { lines, apparent, against, silent: 0 };
    let none = cell(0, 0, 0);
    let row = |e: &str, a: &str, cells, level| matrix::MatrixRow { element: say.it(e, a), cells, level, link: None };
    let contested = Badge { contested: Some(say.it("contested", "محل نزاع")), ..say.level(Tone::SingleSource) };
    let rows = [
        row(
            "that it happened",
            "أنها وقعت",
            vec![cell(2, 1, 0), cell(3, 0, 0), cell(1, 0, 0), none, none, none],
            say.level(Tone::StronglySupported),
        ),
        row(
            "place",
            "المكان",
            vec![cell(1, 0, 0), cell(2, 0, 0), cell(1, 0, 0), none, none, none],
            say.level(Tone::MeetsCheckList),
        ),
        row(
            "time",
            "الزمان",
            vec![cell(1, 0, 0), cell(1, 1, 0), none, none, none, none],
            say.level(Tone::Corroborated),
        ),
        row("weapon", "السلاح", vec![none, cell(1, 0, 0), none, none, none, cell(0, 1, 0)], say.level(Tone::Recorded)),
        row("who", "من", vec![none, cell(1, 0, 0), none, cell(0, 0, 1), none, none], contested),
        row("harm", "الضرر", vec![none, cell(0, 2, 0), none, none, none, none], say.level(Tone::Unassessed)),
    ];
    matrix::draw(&matrix::Matrix {
        label: &say.it("Corroboration matrix", "مصفوفة التقاطع"),
        direction,
        elements_head: &say.it("element", "العنصر"),
        level_head: &say.it("level, as assessed", "المستوى، كما قُيّم"),
        columns: &columns,
        rows: &rows,
        note: &say.it(
            "In brackets: apparently separate, lifts nothing. With a minus: lines of material against.",
            "بين قوسين: منفصلة في الظاهر، لا ترفع شيئاً. مع علامة ناقص: مواد مخالفة.",
        ),
    })
}

fn draw_graph(say: Say, direction: Direction) -> witnessmark_report::draw::Scene {
    let node = |e: &str, a: &str, detail: &str, layer, cluster| graph::Node {
        label: say.it(e, a),
        detail: isolate(detail),
        layer,
        cluster,
        perceives: layer == 0,
        link: None,
    };
    let nodes = [
        node("camera on the roof", "كاميرا على السطح", "11 March", 0, Some(0)),
        node("film F-1", "الفيلم F-1", "channel C", 1, Some(0)),
        node("film F-2", "الفيلم F-2", "re-encoded", 2, Some(0)),
        node("post with F-1", "منشور فيه F-1", "channel D", 2, Some(0)),
        node("nurse", "ممرضة", "A-014", 0, Some(1)),
        node("account A-014", "الإفادة A-014", "14 March", 1, Some(1)),
        node("report R-2", "التقرير R-2", "monitor M", 2, Some(1)),
        node("news page", "صفحة أخبار", "16 March", 3, None),
    ];
    let edge = |from, to, relation| graph::Edge { from, to, relation };
    let edges =
        [edge(1, 0, 0), edge(2, 1, 1), edge(3, 1, 1), edge(5, 4, 0), edge(6, 5, 2), edge(7, 6, 3), edge(7, 3, 2)];
    let clusters = [
        say.it("One line of evidence: the camera on the roof", "أصل مستقل واحد: الكاميرا على السطح"),
        say.it("One line of evidence: the nurse", "أصل مستقل واحد: الممرضة"),
    ];
    let relations: Vec<String> =
        [("made by", "صوّره"), ("reposts", "يعيد نشر"), ("quotes", "ينقل عن"), ("cites", "يستشهد بـ")]
            .map(|(e, a)| say.it(e, a))
            .to_vec();
    graph::draw(&graph::Graph {
        label: &say.it("Origins", "الأصول"),
        direction,
        nodes: &nodes,
        edges: &edges,
        clusters: &clusters,
        relations: &relations,
    })
}

fn draw_bars(say: Say, direction: Direction) -> witnessmark_report::draw::Scene {
    let bar = |e: &str, a: &str, value, interval| bars::Bar { label: say.it(e, a), value, interval };
    let list = [
        bar("clinics and hospitals", "مستوصفات ومشافٍ", 6.0, Some((4.0, 9.0))),
        bar("ambulances", "سيارات إسعاف", 3.0, Some((3.0, 5.0))),
        bar("schools", "مدارس", 2.0, None),
        bar("bakeries", "مخابز", 1.0, Some((0.0, 2.0))),
    ];
    bars::draw(&bars::Bars {
        label: &say.it("Counts", "أعداد"),
        direction,
        unit: &say.it("incidents, with the range of the estimate", "وقائع، مع مدى التقدير"),
        bars: &list,
    })
}

fn pictures(say: Say) -> Result<Vec<Block>, Box<dyn std::error::Error>> {
    let png = invented_picture()?;
    let caption = |e: &str, a: &str| vec![say.text(e, a)];
    let alt = say.it("invented picture: hills under a bright sky", "صورة مُتخيَّلة: تلال تحت سماء ساطعة");
    let shown = Picture::shown(
        &png,
        alt.clone(),
        caption("Exhibit 7, looking north-east.", "المعروض ٧، باتجاه الشمال الشرقي."),
    )?;
    let graphic = Picture::graphic(&png, alt, caption("Exhibit 8.", "المعروض ٨."))?.with_reference("item 3f2a91c0");
    Ok(vec![say.heading(2, "pictures", "Pictures", "الصور"), Block::Picture(shown), Block::Picture(graphic)])
}

fn invented_picture() -> Result<Vec<u8>, png::EncodingError> {
    let (width, height) = (640u32, 360u32);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (fx, fy) = (f64::from(x) / 640.0, f64::from(y) / 360.0);
            let hill = 0.55 + 0.1 * (fx * 7.0).sin() + 0.05 * (fx * 17.0).cos();
            let pixel = if fy > hill {
                [90 - (fy * 40.0) as u8, 110 - (fy * 30.0) as u8, 70]
            } else {
                [200, 215 - (fy * 60.0) as u8, 235]
            };
            pixels.extend(pixel);
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}

fn tables(say: Say) -> Vec<Block> {
    let head = |e: &str, a: &str| Cell::text(say.it(e, a));
    let number_head = |e: &str, a: &str| Cell { class: CellClass::Number, ..Cell::text(say.it(e, a)) };
    let rows = (1..=64)
        .map(|i: u32| {
            let tone = Tone::ALL[(i as usize * 5) % 6];
            let level = Badge {
                contested: (i.is_multiple_of(9)).then(|| say.it("contested", "محل نزاع")),
                ..say.level(tone)
            };
            vec![
                Cell { content: vec![Inline::isolated(format!("X-{i:03}"))], class: CellClass::Plain },
                Cell {
                    content: vec![Inline::isolated(format!(
                        "2026-03-{:02} {:02}:{:02}",
                        9 + i % 7,
                        i % 24,
                        (i * 7) % 60
                    ))],
                    class: CellClass::Plain,
                },
                Cell::text(if i.is_multiple_of(4) {
                    say.it(
                        "Photograph of the east gate after the second strike, taken from the water tower",
                        "صورة للبوابة الشرقية بعد الضربة الثانية، من برج المياه",
                    )
                } else {
                    say.it("Film from a phone", "فيلم من هاتف")
                }),
                Cell::number(format!("{}", (i * 37) % 1000)),
                Cell::level(&level),
            ]
        })
        .collect();
    vec![
        say.heading(2, "exhibits", "Exhibits", "المعروضات"),
        Block::Table(Table {
            caption: say.it("Exhibits relied on, in the order of collection", "المعروضات المعتمد عليها، بترتيب الجمع"),
            header: vec![
                head("exhibit", "المعروض"),
                head("time (UTC)", "الوقت (UTC)"),
                head("what it is", "ما هو"),
                number_head("frames", "الإطارات"),
                head("level", "المستوى"),
            ],
            rows,
            row_heads: true,
        }),
    ]
}

fn references(say: Say) -> Vec<Block> {
    let reference = |number, e: &str, a: &str, id: &str, link: Option<&str>| Reference {
        number,
        label: vec![say.text(e, a)],
        id: Some(id.to_owned()),
        link: link.map(str::to_owned),
    };
    vec![
        say.heading(
            2,
            "references",
            words::Words::of(Language::English).references,
            words::Words::of(Language::Arabic).references,
        ),
        Block::References(vec![
            reference(
                1,
                "Film F-1, channel C, made public 11 March",
                "الفيلم F-1، القناة (ج)، نُشر ١١ آذار",
                "sha256 3f2a91c0d4be77a15c0e9b3d2f8a6641e5b7c9d0a1f2e3b4c5d6e7f8091a2b3c",
                Some("items/f-1.html"),
            ),
            reference(
                2,
                "Photograph P-7, metadata and shadow",
                "الصورة P-7، البيانات والظل",
                "sha256 77a15c0e9b3d2f8a6641e5b7c9d0a1f2e3b4c5d6e7f8091a2b3c3f2a91c0d4be",
                Some("#incident-3"),
            ),
            reference(
                3,
                "Account A-014, taken apart from other accounts",
                "الإفادة A-014، أُخذت منفصلة عن غيرها",
                "entry 0/118",
                None,
            ),
            reference(4, "Scenes of 10 and 13 March", "مشهدا ١٠ و١٣ آذار", "pack 9b3d2f8a#12", None),
            reference(
                5,
                "Statement of a party, 12 March",
                "بيان أحد الأطراف، ١٢ آذار",
                "entry 0/121",
                Some("https://example.org/statement"),
            ),
        ]),
    ]
}
