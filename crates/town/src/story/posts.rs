//! Posts: one from Quelmar with its reposts, an old school picture passed off as new, a denial of the other side's picture.
//!
//! Planted here: text reposts word for word, with a line before, cut short, with other punctuation, and translated.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    Text {
        path: "posts/quelmar-now-0001.txt",
        language: "en",
        body: r#"
Quelmar Now
6 March 2024, 08:31 (-03:00)

A drone dropped a munition on the bread queue at the Old Mill Bakery in Quelmar at 8:05 this morning. Six people were killed and more than ten injured, most of them women waiting for bread. The oven is still burning. Photo: quelmar-bakery.jpg
"#,
    },
    Text {
        path: "posts/repost-01-island-voices.txt",
        language: "en",
        body: r#"
Island Voices
6 March 2024, 08:44 (-03:00)

A drone dropped a munition on the bread queue at the Old Mill Bakery in Quelmar at 8:05 this morning. Six people were killed and more than ten injured, most of them women waiting for bread. The oven is still burning.
"#,
    },
    Text {
        path: "posts/repost-02-veshra-today.txt",
        language: "en",
        body: r#"
Veshra Today
6 March 2024, 09:02 (-03:00)

BREAKING!! A drone dropped a munition on the bread queue at the Old Mill Bakery in Quelmar at 8:05 this morning. Six people were killed and more than ten injured, most of them women waiting for bread.
"#,
    },
    Text {
        path: "posts/repost-03-amrel-news.txt",
        language: "en",
        body: r#"
Amrel News
6 March 2024, 09:15 (-03:00)

a drone dropped a munition on the bread queue at the old mill bakery in quelmar at 8:05 this morning - six people were killed and more than ten injured - most of them women waiting for bread - the oven is still burning
"#,
    },
    Text {
        path: "posts/repost-04-south-coast.txt",
        language: "en",
        body: r#"
South Coast Channel
6 March 2024, 10:20 (-03:00)

We received this: “A drone dropped a munition on the bread queue at the Old Mill Bakery in Quelmar at 8:05 this morning. Six people were killed and more than ten injured, most of them women waiting for bread. The oven is still burning.” Share it everywhere.
"#,
    },
    Text {
        path: "posts/repost-05-quelmar.ar.txt",
        language: "ar",
        body: r#"
صوت كويلمار
6 آذار/مارس 2024، 09:40

نقلاً عن Quelmar Now: ألقت طائرة مسيّرة ذخيرة على طابور الخبز أمام مخبز الطاحونة القديمة في كويلمار عند الساعة 8:05 من صباح اليوم. قُتل ستة أشخاص وأصيب أكثر من عشرة بجروح، معظمهم نساء كنّ ينتظرن الخبز.
"#,
    },
    Text {
        path: "posts/repost-06-bread-line.txt",
        language: "en",
        body: r#"
Bread Line
7 March 2024, 07:58 (-03:00)

A drone dropped a munition on the bread queue at the Old Mill Bakery in Quelmar yesterday morning. Six people were killed and more than ten injured, most of them women waiting for bread. (via Amrel News)
"#,
    },
    Text {
        path: "posts/2021-08-14-tarivo-school-fire.txt",
        language: "en",
        body: r#"
The Talmera Courier (profile)
14 August 2021, 16:20 (-03:00)

A fire damaged the empty school in Tarivo on Saturday. Nobody was hurt. The fire brigade said that an electrical fault was the cause. Photo: 2021-08-14-tarivo-school.jpg
"#,
    },
    Text {
        path: "posts/2024-03-05-oshtel-picture.txt",
        language: "en",
        body: r#"
Uplands First
5 March 2024, 12:40 (-03:00)

LOOK what the River Front did to the school in Oshtel this morning. Photo: oshtel-as-posted.jpg
"#,
    },
    Text {
        path: "posts/2024-03-08-mistawen-road.txt",
        language: "en",
        body: r#"
Road Watch Talmera
8 March 2024, 16:05 (-03:00)

Shots hit an ambulance on the road near Mestawin at 3:10 p.m. today. One paramedic was killed, a driver told us. Photo: mistawen-ambulance.jpg
"#,
    },
];
