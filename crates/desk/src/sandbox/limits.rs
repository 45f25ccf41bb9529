//! How much an analysis may use, which layers must hold it, and which do.
//!
//! It deliberately enforces nothing: the child enforces in `layers`, the parent in `parent`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bytes in a mebibyte.
pub(super) const MIB: u64 = 1024 * 1024;

/// What one analysis, and one child, may use. Every limit is settable; the defaults suit a laptop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Address space of a child, in bytes (`RLIMIT_AS`): its code, the item and all that is decoded from it.
    pub memory_bytes: u64,
    /// Processor time of a child over its whole life, in seconds (`RLIMIT_CPU`). A child is replaced before an
    /// item when what is left is less than [`Limits::item_time`], so a busy life does not fall on the last item.
    pub cpu_seconds: u64,
    /// Wall-clock time for one item by one analyzer, sending and answering included.
    pub item_time: Duration,
    /// Largest item that is sent, in bytes. A larger one is a problem row and is not read.
    pub item_bytes: u64,
    /// Most bytes of answer for one item.
    pub output_bytes: u64,
    /// Most rows for one item.
    pub rows: usize,
    /// Items that one child reads before it is replaced. 1 = no two items ever share a process.
    pub items_per_child: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            memory_bytes: 1536 * MIB,
            cpu_seconds: 120,
            item_time: Duration::from_secs(30),
            item_bytes: 512 * MIB,
            output_bytes: 32 * MIB,
            rows: 100_000,
            items_per_child: 1_000,
        }
    }
}

impl Limits {
    /// The part that the child applies to itself.
    pub fn child(&self) -> ChildLimits {
        ChildLimits { memory_bytes: self.memory_bytes, cpu_seconds: self.cpu_seconds }
    }
}

/// What a child applies to itself before it reads.
///
/// It travels in the environment and not on the pipe, so that nothing is read before the limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildLimits {
    /// Address space in bytes.
    pub memory_bytes: u64,
    /// Processor time in seconds.
    pub cpu_seconds: u64,
}

impl ChildLimits {
    /// The only variable in a child's environment.
    pub const VARIABLE: &'static str = "WITNESSMARK_CHILD_LIMITS";

    /// The value of [`ChildLimits::VARIABLE`]: `memory=BYTES cpu=SECONDS`.
    pub fn to_value(self) -> String {
        format!("memory={} cpu={}", self.memory_bytes, self.cpu_seconds)
    }

    /// Reads [`ChildLimits::to_value`]; anything else, or a limit of nought, is `None`.
    pub fn from_value(value: &str) -> Option<ChildLimits> {
        let (memory, cpu) = value.split_once(' ')?;
        let memory_bytes = memory.strip_prefix("memory=")?.parse().ok()?;
        let cpu_seconds = cpu.strip_prefix("cpu=")?.parse().ok()?;
        (memory_bytes > 0 && cpu_seconds > 0).then_some(ChildLimits { memory_bytes, cpu_seconds })
    }
}

/// Which layers must hold a child before it is given an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Landlock, the system-call filter and the limits. Nothing is parsed where one of them is missing.
    Require,
    /// The filter and the limits. The filter alone kills a child that opens a file or a socket, so Landlock
    /// (absent from many containers) is a second wall before the same door; it is used where it exists.
    RequireFilter,
    /// Whatever there is, and at least the limits. Someone chose this, knowing that a parser that is taken
    /// over may then do what the person running the program may do.
    AllowWeaker,
}

/// Which layers hold a child, as the child found when it applied them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// Landlock denies every file (kernel 5.13).
    pub landlock: bool,
    /// Landlock denies TCP as well (kernel 6.7). Other sockets are the filter's.
    pub landlock_network: bool,
    /// A system call outside a short list kills the child.
    pub seccomp: bool,
    /// Limits on memory, processor time, files, descriptors and processes; no core dump; no new privileges;
    /// no capability; killed with the parent.
    pub rlimits: bool,
}

impl Capabilities {
    /// Names of the layers that `policy` wants and that do not hold; empty = go ahead.
    pub fn missing(&self, policy: Policy) -> Vec<&'static str> {
        let wanted = [
            ("landlock", self.landlock, policy == Policy::Require),
            ("seccomp", self.seccomp, policy != Policy::AllowWeaker),
            ("rlimits", self.rlimits, true),
        ];
        wanted.iter().filter(|(_, holds, needed)| *needed && !holds).map(|(name, ..)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_survive_the_environment() {
        let limits = Limits::default().child();
        assert_eq!(ChildLimits::from_value(&limits.to_value()), Some(limits));
    }

    #[test]
    fn no_limit_is_read_from_anything_else() {
        for value in [
            "",
            "memory=1",
            "memory=0 cpu=5",
            "memory=5 cpu=0",
            "cpu=1 memory=1",
            "memory=-1 cpu=1",
            "memory=1 cpu=1 x",
        ] {
            assert_eq!(ChildLimits::from_value(value), None, "{value}");
        }
    }

    #[test]
    fn a_policy_names_what_is_missing() {
        let mut found = Capabilities { landlock: false, landlock_network: false, seccomp: true, rlimits: true };
        assert_eq!(found.missing(Policy::Require), ["landlock"]);
        assert!(found.missing(Policy::RequireFilter).is_empty());
        found.seccomp = false;
        assert_eq!(found.missing(Policy::Require), ["landlock", "seccomp"]);
        assert_eq!(found.missing(Policy::RequireFilter), ["seccomp"]);
        assert!(found.missing(Policy::AllowWeaker).is_empty());
        found.rlimits = false;
        assert_eq!(found.missing(Policy::AllowWeaker), ["rlimits"]);
    }
}
