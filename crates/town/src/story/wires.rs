//! Wire stories and newspaper pages: Isle Wire and the Talmera Courier, both invented.
//!
//! Planted here: two counts of the dead at the hospital, two times of day, half of the circular citation on Tarivo,
//! two incidents of one town-day.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    Text {
        path: "texts/2024-03-04-isle-wire-dorvane.txt",
        language: "en",
        body: r#"
Isle Wire | Monday, 4 March 2024, 19:40 (-03:00)

Two attacks on Dorvane in one day, health officials say

DORVANE, 4 March 2024 (Isle Wire) - An air strike hit Dorvane General Hospital on Monday morning and mortar shells fell on the Lantern Market in the same town in the afternoon, the Veshra Health Directorate said.

The air strike on the hospital at about 6:40 a.m. killed 11 people and injured 23, the directorate said in a statement. Dr Nisrel Quandar, the director of the hospital, told Isle Wire that two bombs struck the maternity ward and the courtyard. “We had forty patients in the building,” Quandar said.

At about 4:20 p.m., three mortar shells hit the Lantern Market in the Lantern Quarter, killing four people and injuring 15, according to the directorate. It did not say who fired them.

Selma Torvane, a spokeswoman for the Ministry of Defence, denied that the ministry's aircraft had struck the hospital. “No aircraft flew over Veshra on the morning of 4 March,” she said.

The River Front, which controls Dorvane, accused the Upland Command of carrying out both attacks. Colonel Brask Helleron of the Upland Command said that the shells on the market had been fired by the River Front itself.

Isle Wire could not confirm the accounts of either party.

(Reporting by Tamsel Ondray)
"#,
    },
    Text {
        path: "texts/2024-03-04-courier-dorvane.html",
        language: "en",
        body: r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Hospital in Dorvane damaged, cause disputed - The Talmera Courier</title>
<meta name="author" content="The Talmera Courier">
<meta property="article:published_time" content="2024-03-04T21:05:00-03:00">
</head>
<body>
<nav>Home | Island | Weather | Ferries</nav>
<article>
<h1>Hospital in Dorvane damaged, cause disputed</h1>
<p class="dateline">OSTRANE, 4 March 2024</p>
<p>An explosion damaged Dorvane General Hospital shortly after 8 a.m. on Monday, residents of the town told the Courier by telephone. One of them said that five people were killed.</p>
<p>The Ministry of Defence denied any involvement. The Veshra Health Directorate, which belongs to the Veshra Council, put the number of dead at 11.</p>
<p>The Courier was not able to visit Dorvane.</p>
</article>
<footer>{MARK}</footer>
</body>
</html>
"#,
    },
    Text {
        path: "texts/2024-03-04-dorvane-market.ar.txt",
        language: "ar",
        body: r#"
برق الجزر | الاثنين 4 آذار/مارس 2024

قتلى وجرحى في قصف على سوق الفوانيس في دورفان

دورفان، 4 آذار/مارس 2024 (برق الجزر) - قُتل أربعة أشخاص وأصيب 15 آخرون بجروح بعد ظهر اليوم الاثنين في قصف بقذائف الهاون استهدف سوق الفوانيس في مدينة دورفان، بحسب مديرية صحة فيشرا.

وقال بائع في السوق لبرق الجزر إن ثلاث قذائف سقطت قرابة الساعة الرابعة والثلث عصراً، وإن السوق كان مكتظاً بالمتسوقين.

واتهمت جبهة النهر قيادة الهضبة بالمسؤولية عن القصف. ونفى العقيد براسك هيليرون، الناطق باسم قيادة الهضبة، ذلك وقال: «الجبهة هي من أطلقت القذائف».

وكانت غارة جوية قد أصابت مستشفى دورفان العام صباح اليوم نفسه.
"#,
    },
    Text {
        path: "texts/2024-03-06-courier-tarivo.html",
        language: "en",
        body: r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Rockets hit Tarivo water station - The Talmera Courier</title>
<meta name="author" content="The Talmera Courier">
<meta property="article:published_time" content="2024-03-06T17:10:00-03:00">
<meta property="article:modified_time" content="2024-03-06T18:20:00-03:00">
</head>
<body>
<nav>Home | Island | Weather | Ferries</nav>
<article>
<h1>Rockets hit Tarivo water station</h1>
<p class="dateline">OSTRANE, 6 March 2024</p>
<p>Rockets fired by the River Front hit the Tarivo pumping station on Wednesday afternoon and injured two workers, Isle Wire reported.</p>
<p>About 8,000 people have been left without water, according to the agency.</p>
<p class="updated">First published at 17:10, updated at 18:20.</p>
</article>
<footer>{MARK}</footer>
</body>
</html>
"#,
    },
    Text {
        path: "texts/2024-03-06-isle-wire-tarivo.txt",
        language: "en",
        body: r#"
Isle Wire | Wednesday, 6 March 2024, 17:55 (-03:00)

Monitor: rocket fire cuts water to Tarivo

OSTRANE, 6 March 2024 (Isle Wire) - Rocket fire hit the Tarivo pumping station on Wednesday afternoon, injuring two workers and cutting the water of about 8,000 people, the Harbour Monitor said.

The Harbour Monitor said that the River Front fired the rockets. The River Front did not answer a request for comment on Wednesday.
"#,
    },
    Text {
        path: "texts/2024-03-09-isle-wire-weavers-quarter.txt",
        language: "en",
        body: r#"
Isle Wire | Saturday, 9 March 2024, 20:15 (-03:00)

Nine killed in air strike on homes in Dorvane, rescuers say

DORVANE, 9 March 2024 (Isle Wire) - Nine people, four of them children, were killed on Saturday when an air strike destroyed a row of homes in the Weavers' Quarter of Dorvane, the Dorvane civil defence said.

The strike came at about 1:45 p.m. and was followed by a second strike some twenty minutes later, while rescuers were digging, the civil defence said. One rescuer was injured.

The Upland Command said that its aircraft had hit a command post of the River Front in the Weavers' Quarter. “It was a legitimate military target,” Colonel Brask Helleron said. Dagan Ilmaro, a spokesman for the River Front, said that there was no command post in the quarter.

Residents told Isle Wire that the homes were inhabited by families of weavers.

(Reporting by Tamsel Ondray)
"#,
    },
];
