//! Bodies that say they record and relieve: the Harbour Monitor, Saltwind Relief, the Dorvane Spotters.
//!
//! Planted here: the third corner of the circular citation, the counted set, “the same pattern”, a legal
//! characterisation, a log kept by people who heard the aircraft.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    Text {
        path: "texts/2024-03-06-harbour-monitor-tarivo.txt",
        language: "en",
        body: r#"
Harbour Monitor - Flash update no. 112
Ostrane, Wednesday 6 March 2024, 17:30

Water station hit in Tarivo

According to The Talmera Courier, rockets fired by the River Front hit the Tarivo pumping station on Wednesday afternoon. Two workers were injured and about 8,000 people are without water, the newspaper reported.

The Harbour Monitor has no staff in Tarivo.
"#,
    },
    Text {
        path: "texts/2024-03-10-harbour-monitor-weekly.html",
        language: "en",
        body: r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Week of 4 to 10 March 2024: four attacks verified - Harbour Monitor</title>
<meta name="author" content="Harbour Monitor">
<meta property="article:published_time" content="2024-03-10T18:00:00-03:00">
</head>
<body>
<header>Harbour Monitor, Ostrane</header>
<article>
<h1>Week of 4 to 10 March 2024: four attacks verified</h1>
<p class="dateline">OSTRANE, 10 March 2024</p>
<p>The Harbour Monitor has verified four attacks on civilians in Kaldun and Veshra between 4 and 9 March 2024. Three of them were carried out in Dorvane and one in Oshtel. The findings rely on 14 interviews with witnesses, photographs and satellite imagery.</p>
<h2>Dorvane General Hospital, 4 March</h2>
<p>An air strike hit Dorvane General Hospital at about 6:40 a.m. on 4 March. The Harbour Monitor established the names of seven people killed, including two nurses, and of 19 injured. Witnesses described two explosions and the sound of a jet. The Ministry of Defence denied that any aircraft flew.</p>
<h2>Lantern Market, 4 March</h2>
<p>Mortar shells hit the Lantern Market in Dorvane at about 4:20 p.m. on 4 March and killed four people. The Harbour Monitor could not determine who fired the shells.</p>
<h2>Oshtel Girls' School, 5 March</h2>
<p>A rocket fired by the River Front hit Oshtel Girls' School on the morning of 5 March and killed three people, two of them pupils. The River Front denied responsibility.</p>
<h2>Weavers' Quarter, 9 March</h2>
<p>Aircraft of the Upland Command bombed homes in the Weavers' Quarter of Dorvane at about 1:45 p.m. on 9 March, killing nine people. Fragments seen in photographs are consistent with cluster munitions, which the Convention of the Outer Isles bans. Satellite images show that a block of buildings was destroyed between 1 and 10 March. A second strike hit rescuers about twenty minutes later.</p>
<h2>Assessment</h2>
<p>“These were direct attacks on civilian objects or indiscriminate attacks,” said Yorenda Calse, the director of the Harbour Monitor. “The strikes on Dorvane fit the same pattern we have seen before, in Tarivo and Quelmar, whereby hospitals, markets and rescuers were hit and people were left no choice but to flee.”</p>
<p>Calse called on both the Upland Command and the River Front to allow an independent inquiry.</p>
</article>
<footer>{MARK}</footer>
</body>
</html>
"#,
    },
    Text {
        path: "texts/2024-03-07-saltwind-relief-convoy.txt",
        language: "en",
        body: r#"
Saltwind Relief
Thursday, 7 March 2024, 21:15 (-03:00)

Convoy stopped at Belquar Bridge

Fighters of the River Front stopped a convoy of Saltwind Relief at Belquar Bridge at about 11:30 a.m. on Thursday and did not let it pass until 8:30 p.m. The convoy of twelve trucks carried flour and medicine for 14,000 people in Quelmar. Two drivers were detained for four hours and released.

“Forty sacks of flour were taken,” said Pavro Immel, the head of Saltwind Relief, who travelled with the convoy.

Saltwind Relief urges both parties to allow aid into Quelmar.
"#,
    },
    Text {
        path: "texts/dorvane-spotters-log.txt",
        language: "en",
        body: r#"
Dorvane Spotters - log of aircraft heard or seen, kept by volunteers on two roofs
Times are local (-03:00). Monday, 4 March 2024

06:22  roof A  one jet heard, from the north, not seen (low cloud)
06:31  roof B  one jet seen over Mistawen heading south, high, white trail
06:40  roof A  two explosions, direction of the hospital
06:44  roof B  one jet heard, going north
11:20  roof A  transport aircraft seen, far to the north
16:20  roof B  three explosions, direction of the Lantern Quarter, no aircraft heard
16:30  roof A  no aircraft heard since 11:20
"#,
    },
];
