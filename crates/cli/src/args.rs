//! Arguments: one struct a command, its help beside it.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Takes in what people saw and filmed of attacks on civilians, keeps it tamper-evident, and compiles reports that a
/// stranger can check.
#[derive(Parser)]
#[command(name = "witnessmark", version, disable_help_subcommand = true, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make an archive in a new folder.
    Init(Init),
    /// What an archive holds, and what waits.
    Status(InArchive),
    /// Drop keys and derived tables; a serving process does the same within two seconds.
    Lock(InArchive),
    /// Members and their keys.
    Member(crate::member::Member),
    /// Empty forms for accounts, to be filled in elsewhere.
    Account(crate::account::Account),
    /// Who told an account: list, open with a reason, destroy alone.
    Identity(crate::identity::Identity),
    /// Recovery of the keys by trustees: split, status, join, void.
    Recovery(crate::recovery::Recovery),
    /// Have checkpoints countersigned by others: ask them, or carry files to and fro.
    Cosign(crate::cosign::Cosign),
    /// Have checkpoints time-stamped by others: requests, answers, and what they show.
    Stamp(crate::stamp::StampArgs),
    /// Be a cosigner for others' archives.
    Cosigner(crate::cosign::Partnering),
    /// Copy an archive; run again, copy what is new. Keys go to a folder of their own beside it.
    Backup(Backup),
    /// Read everything again that the ledger commits to.
    Check(crate::check::Check),
    /// Make the derived tables anew.
    Rebuild(InArchive),
    /// Take in files and folders.
    Collect(Collect),
    /// Read what was collected, in a sandboxed child.
    Analyze(Analyze),
    /// Weigh what was read, and propose incidents and relations.
    Propose(Propose),
    /// Collect, analyze, propose and (with --unattended) report, in one go; makes the archive.
    Investigate(Investigate),
    /// Write a report: HTML and PDF.
    Report(Report),
    /// Write a dossier that verifies by itself.
    Dossier(Dossier),
    /// Serve the pages on this machine.
    Serve(Serve),
    /// List items.
    Items(Listing),
    /// List claims of attacks and what else texts say.
    Claims(Listing),
    /// List statements: everything said that is not an attack.
    Statements(Listing),
    /// List incidents with their elements' support.
    Incidents(Listing),
    /// List commitments and what was reported while they were in force.
    Commitments(Listing),
    /// List reports and dossiers that were issued.
    Reports(Listing),
    /// List where reports went and what came back.
    Dispatches(Listing),
    /// List proposals that wait for a person.
    Proposals(Listing),
    /// Show one item, entry, row or incident.
    Show(Show),
    /// Find items by words, in English or Arabic.
    Search(Search),
    /// Find items like a picture file.
    Similar(Similar),
    /// An item's whole history.
    Custody(crate::custody::Custody),
    /// Accept a proposal as it stands.
    Accept(Decide),
    /// Turn a proposal down.
    Reject(Decide),
    /// Accept a proposal with changes.
    Correct(Correct),
    /// State what an item shows or says, in your name.
    Claim(Claim),
    /// Group claims into an incident.
    Group(Group),
    /// Take a grouping back.
    Ungroup(Undo),
    /// Take an entry back; undoing an undo restores.
    Undo(Undo),
    /// Sign a support level for one element of an incident.
    Assess(Assess),
    /// Sign where and when an item is of, and on what that rests.
    Locate(Locate),
    /// Sign what examining one element of an incident found: a review, an answer to what speaks against it.
    Examine(Examine),
    /// Record that a party was asked for its side.
    Ask(AskParty),
    /// List who was asked for their side, and what in denials and accusations can be tested.
    Replies(crate::inquire::OfIncidents),
    /// Hold what a denial or an accusation asserts to the evidence.
    Test(crate::inquire::Test),
    /// Raise an open question or a rival explanation of an incident.
    Question(crate::inquire::Question),
    /// List open questions and rival explanations, with what speaks for and against each.
    Questions(crate::inquire::OfIncidents),
    /// Say that something at hand speaks for a question's explanation, or against it.
    Argue(crate::inquire::Argue),
    /// Say what became of a question.
    Settle(crate::inquire::Settle),
    /// Record where was looked, for what, and what was found or not.
    Searched(crate::inquire::SearchMade),
    /// List searches.
    Searches(crate::inquire::OfIncidents),
    /// On which edges of origin an incident's lines hang, and what would change if each were wrong.
    Edges(crate::inquire::Edges),
    /// Dispute such an edge; `undo` puts it in again.
    Dispute(crate::inquire::Dispute),
    /// Legal check lists, held to the evidence point by point, and who was bound by which treaty.
    Legal(crate::legal::Legal),
    /// Double coding of a sample: draw, code, and what coders agree on.
    Coding(crate::coding::CodingArgs),
    /// The policy of support levels: show, try, adopt.
    Policy(crate::policy::PolicyArgs),
    /// State how two incidents stand to each other.
    Connect(Connect),
    /// Make one incident of two; the id of the first leads to the second.
    Merge(crate::same::Merge),
    /// Take claims out of an incident, into a new one or another.
    Split(crate::same::Split),
    /// Say whether two claims speak of one happening; “not the same” stays.
    Pair(crate::same::Pair),
    /// Why two claims are, or are not, held to be of one happening: the weights one by one.
    Why(crate::same::Why),
    /// Pairs of claims that a person is asked about, those first whose answer settles most.
    Review(crate::same::Review),
    /// No longer rely on an item; it is kept.
    Withdraw(OnItem),
    /// Keep an open item from everyone below a tier.
    Seal(Seal),
    /// Keep an item, and who told it, from being erased.
    Hold(crate::hold::Hold),
    /// Say that a hold no longer stands, and why; another member may then erase.
    Release(crate::hold::Release),
    /// Destroy the key of a sealed item's subject. Shows the plan; --apply does it.
    Erase(Erase),
    /// Record that a report went out.
    Dispatch(Dispatch),
    /// Record what came back.
    Respond(Respond),
    /// The made-up town, end to end.
    Demo(Demo),
    /// Check a dossier.
    Verify(Verify),
    /// What texts say and who says it.
    Extract(Extract),
    /// SHA-256 and perceptual hash of files.
    Hash(Files),
    /// Which places a name may be.
    Place(Place),
    /// Footprint, time and resolution of scenes.
    Scene(Files),
    /// Write a whole archive as a bag that others can check and keep.
    Export(crate::exchange::Export),
    /// Bring such a bag into an empty folder.
    Import(crate::exchange::Import),
    /// Exchange logs and blobs with a folder that is carried, or with another archive.
    Sync(crate::sync::Sync),
    /// Which rows of a table, or of two, speak of one person.
    Link(crate::link::Link),
    /// Not yet.
    Sun(Anything),
    /// Not yet.
    Shadow(Anything),
    /// Measure this program on this machine.
    Bench(Bench),
}

#[derive(ClapArgs)]
pub struct Bench {
    #[command(subcommand)]
    pub what: crate::bench::Bench,
}

#[derive(ClapArgs)]
pub struct Anything {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub rest: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    Office,
    Field,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TierArg {
    Internal,
    Trusted,
    Public,
}

impl From<TierArg> for witnessmark_model::vocabulary::Tier {
    fn from(tier: TierArg) -> Self {
        match tier {
            TierArg::Internal => Self::Internal,
            TierArg::Trusted => Self::Trusted,
            TierArg::Public => Self::Public,
        }
    }
}

#[derive(ClapArgs)]
pub struct Init {
    pub archive: PathBuf,
    /// What people call it.
    #[arg(long)]
    pub name: Option<String>,
    /// Your name among the members.
    #[arg(long, default_value = "owner")]
    pub owner: String,
    #[arg(long, value_enum, default_value = "office")]
    pub profile: Profile,
    /// Keep the keys in clear. Whoever takes the disk can open everything.
    #[arg(long)]
    pub no_passphrase: bool,
    /// Keep logs and blobs in this bucket; settings, keys and derived tables stay in the folder. Endpoint and credentials come
    /// from the usual AWS_… variables and are stored nowhere.
    #[arg(long, value_name = "s3://BUCKET/PREFIX")]
    pub bucket: Option<String>,
}

#[derive(ClapArgs)]
pub struct InArchive {
    pub archive: PathBuf,
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Backup {
    pub archive: PathBuf,
    pub destination: PathBuf,
}

/// In whose name; the owner unless said.
#[derive(ClapArgs)]
pub struct As {
    /// Member in whose name it is signed.
    #[arg(long = "as", value_name = "MEMBER")]
    pub member: Option<String>,
}

#[derive(ClapArgs)]
pub struct Collect {
    pub archive: PathBuf,
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Who it came from.
    #[arg(long)]
    pub source: Option<String>,
    /// Who collects.
    #[arg(long)]
    pub collector: Option<String>,
    /// Hash it where it lies, on an external disk, and do not copy it.
    #[arg(long)]
    pub in_place: bool,
    /// In which order a chat export has its dates: dmy, mdy or ymd. Ask whoever made it.
    #[arg(long, value_name = "ORDER", value_parser = ["dmy", "mdy", "ymd"])]
    pub dates: Option<String>,
    /// The zone of times that an export states without one: +03:00, or a name such as Asia/Baghdad.
    #[arg(long)]
    pub zone: Option<String>,
    /// Keep posts sealed, or open, whatever sort of chat they are from. Without it private chats are sealed and public channels open.
    #[arg(long, value_name = "HOW", value_parser = ["sealed", "open"])]
    pub posts: Option<String>,
    /// Say what would be taken in, and take nothing.
    #[arg(long)]
    pub plan: bool,
    /// The path is a spreadsheet (CSV or XLSX) with a row for each incident, claim or source, and this file says what its columns are;
    /// `atlos`, `bayanat` and `uwazi` ship. Run again, it takes in what is new and what was changed.
    #[arg(long, value_name = "MAP", conflicts_with = "in_place")]
    pub sheet: Option<PathBuf>,
    /// Go on taking in what comes into the folder, and read it, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["plan", "sheet"])]
    pub watch: bool,
    /// Seconds between two looks into a watched folder; a file that still changes waits.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Analyze {
    pub archive: PathBuf,
    /// One analyzer by name.
    #[arg(long, value_name = "ANALYZER")]
    pub only: Option<String>,
    /// Parse even where the kernel cannot confine the child fully.
    #[arg(long)]
    pub allow_weaker_sandbox: bool,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Propose {
    pub archive: PathBuf,
    /// Only show what bears on one incident.
    #[arg(long = "for", value_name = "INCIDENT")]
    pub incident: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Investigate {
    pub folder: PathBuf,
    #[arg(long)]
    pub archive: PathBuf,
    /// Nobody decides: everything says “not assessed (unreviewed)”.
    #[arg(long)]
    pub unattended: bool,
    #[arg(long)]
    pub no_passphrase: bool,
    /// Where the report goes; beside the archive unless said.
    #[arg(long)]
    pub out: Option<PathBuf>,
    #[arg(long)]
    pub allow_weaker_sandbox: bool,
}

#[derive(ClapArgs)]
pub struct Report {
    pub archive: PathBuf,
    #[arg(long)]
    pub out: PathBuf,
    #[arg(long, value_enum, default_value = "internal")]
    pub tier: TierArg,
    /// en or ar
    #[arg(long, default_value = "en")]
    pub language: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Dossier {
    pub archive: PathBuf,
    #[arg(long)]
    pub out: PathBuf,
    #[arg(long, value_enum, default_value = "public")]
    pub tier: TierArg,
    #[arg(long, default_value = "en")]
    pub language: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Serve {
    pub archive: PathBuf,
    #[arg(long, default_value = "127.0.0.1:7140")]
    pub addr: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Listing {
    pub archive: PathBuf,
    #[arg(long)]
    pub json: bool,
    /// Only what has these words in it.
    #[arg(long)]
    pub containing: Option<String>,
    /// Only of this kind.
    #[arg(long)]
    pub kind: Option<String>,
}

#[derive(ClapArgs)]
pub struct Show {
    pub archive: PathBuf,
    pub id: String,
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Search {
    pub archive: PathBuf,
    #[arg(required = true)]
    pub words: Vec<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Similar {
    pub archive: PathBuf,
    pub file: PathBuf,
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Decide {
    pub archive: PathBuf,
    /// PACK#ROW; several are taken in bulk and stay “not assessed”.
    #[arg(required = true)]
    pub proposals: Vec<String>,
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Correct {
    pub archive: PathBuf,
    pub proposal: String,
    /// act, target, weapon, actor, place, time, scope, polarity, killed, injured, stated_by, first_hand, quote
    #[arg(long = "set", value_name = "FIELD=VALUE", required = true)]
    pub set: Vec<String>,
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Claim {
    pub archive: PathBuf,
    pub item: String,
    #[arg(long = "set", value_name = "FIELD=VALUE", required = true)]
    pub set: Vec<String>,
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Group {
    pub archive: PathBuf,
    /// Claims: entries or rows.
    #[arg(required = true)]
    pub claims: Vec<String>,
    /// The incident they belong to; a new one unless said.
    #[arg(long)]
    pub incident: Option<String>,
    #[arg(long)]
    pub label: Option<String>,
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Undo {
    pub archive: PathBuf,
    pub entry: String,
    #[arg(long, default_value = "")]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Assess {
    pub archive: PathBuf,
    pub incident: String,
    /// happened, place, time, target, civilian_status, weapon, who, harm
    #[arg(long)]
    pub element: String,
    /// 0 to 4
    #[arg(long)]
    pub level: u8,
    #[arg(long)]
    pub reason: String,
    /// A standard of proof that you state, such as reasonable_grounds_to_believe
    #[arg(long)]
    pub standard: Option<String>,
    #[arg(long)]
    pub dissent: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Locate {
    pub archive: PathBuf,
    pub item: String,
    #[arg(long)]
    pub place: String,
    /// 2031-04-12, or 2031-04-12T06:40/2031-04-12T07:30
    #[arg(long)]
    pub time: String,
    /// landmarks, shadow, satellite_bracket, weather, sensor, statement, metadata, publication_bound, other
    #[arg(long, required = true, value_delimiter = ',')]
    pub place_basis: Vec<String>,
    /// The same words, for the time.
    #[arg(long, required = true, value_delimiter = ',')]
    pub time_basis: Vec<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Examine {
    pub archive: PathBuf,
    pub incident: String,
    /// happened, place, time, target, civilian_status, weapon, who, harm
    #[arg(long)]
    pub element: String,
    /// agrees, disagrees, opposing_answered, adversarial_review, unpublished_detail
    #[arg(long)]
    pub finding: String,
    /// The account in which the unpublished detail was found.
    #[arg(long)]
    pub item: Option<String>,
    /// Why. Never the unpublished detail itself.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct AskParty {
    pub archive: PathBuf,
    pub incident: String,
    #[arg(long)]
    pub party: String,
    #[arg(long)]
    pub questions: String,
    /// By which way: a letter, a spokesman's address.
    #[arg(long)]
    pub channel: Option<String>,
    /// Day on which they went out.
    #[arg(long)]
    pub sent: Option<String>,
    /// Day until when an answer is awaited.
    #[arg(long)]
    pub until: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Connect {
    pub archive: PathBuf,
    pub from: String,
    pub to: String,
    /// duplicate_of, part_of_series, second_strike_on, precedes, same_facility, same_pattern, contradicts
    #[arg(long)]
    pub relation: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct OnItem {
    pub archive: PathBuf,
    pub item: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Seal {
    pub archive: PathBuf,
    pub item: String,
    #[arg(long, value_enum, default_value = "internal")]
    pub tier: TierArg,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Erase {
    pub archive: PathBuf,
    pub item: String,
    #[arg(long)]
    pub reason: String,
    /// Do what the plan says; it cannot be undone.
    #[arg(long)]
    pub apply: bool,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Dispatch {
    pub archive: PathBuf,
    /// The entry by which the report was issued.
    pub report: String,
    #[arg(long)]
    pub to: String,
    /// In what capacity.
    #[arg(long)]
    pub capacity: Option<String>,
    /// letter, meeting, briefing, public_post
    #[arg(long)]
    pub kind: String,
    /// Day by which an answer is due.
    #[arg(long)]
    pub due: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Respond {
    pub archive: PathBuf,
    pub dispatch: String,
    /// none, acknowledged, requests_more, accepts, pledges, acts, disputes, denies, obstructs
    #[arg(long)]
    pub kind: String,
    #[arg(long)]
    pub item: Option<String>,
    #[arg(long)]
    pub note: Option<String>,
    /// Day on which it came.
    #[arg(long)]
    pub received: Option<String>,
    /// Of a party that was asked: denies_the_act, denies_it_was_theirs, says_the_target_was_military, says_the_harm_was_other,
    /// admits_the_act, admits_responsibility
    #[arg(long)]
    pub position: Option<String>,
    #[command(flatten)]
    pub by: As,
}

#[derive(ClapArgs)]
pub struct Demo {
    /// Do everything, and do not serve pages.
    #[arg(long)]
    pub no_serve: bool,
    /// Where report.html, report.pdf, dossier.zip and archive/ go.
    #[arg(long, default_value = "demo")]
    pub out: PathBuf,
    #[arg(long, default_value = "127.0.0.1:7140")]
    pub addr: String,
    /// The demo's keys are public and have no passphrase; this flag is taken for the contract's sake.
    #[arg(long, hide = true)]
    pub no_passphrase: bool,
}

#[derive(ClapArgs)]
pub struct Verify {
    pub file: PathBuf,
    /// The log's verifier key, from somebody you trust.
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Extract {
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// When it was published, if the text does not say.
    #[arg(long)]
    pub published: Option<String>,
    /// en or ar; found out unless said.
    #[arg(long)]
    pub lang: Option<String>,
    #[arg(long, conflicts_with = "html")]
    pub json: bool,
    #[arg(long)]
    pub html: bool,
}

#[derive(ClapArgs)]
pub struct Files {
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Place {
    #[arg(required = true)]
    pub text: Vec<String>,
    #[arg(long)]
    pub json: bool,
}
