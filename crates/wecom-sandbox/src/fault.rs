//! Faults on demand: rules that match calls and spoil them.

use serde::{Deserialize, Serialize};

use crate::seed::Draw;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// -1 without effect.
    Busy,
    /// -1 although the effect took place.
    BusyAfter,
    /// 45009.
    Freq,
    /// 45033.
    Concurrency,
    /// The effect, then a pause of `millis`, then the answer.
    Slow,
    /// A pause of `millis`, then the effect and the answer.
    SlowBefore,
    /// The connection closes; no effect.
    CutBefore,
    /// The effect, then the connection closes without an answer.
    CutAfter,
    /// The token dies and the answer is 40014.
    #[serde(rename = "token_40014")]
    Token40014,
    /// The token dies and the answer is 42001.
    #[serde(rename = "token_42001")]
    Token42001,
    /// A page shorter than asked for, with a cursor.
    ShortPage,
    /// `next_cursor` is left out at the end of the list.
    AbsentCursor,
    /// Effect, then an answer that is not the JSON promised.
    Malformed,
    /// A top-level `code` without effect.
    TopErrcode,
    /// The archive's library returns `code` (paths `archive/chatdata`, `archive/media`).
    SdkReturn,
    /// The archive's library dies or hangs: `variant` `segv`, `abort` or `hang`.
    SdkCrash,
    /// A page of the archive without rows although there are some.
    EmptyPage,
    /// The last byte of a chunk is wrong.
    WrongBytes,
}

/// A rule as it is added.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Path behind `/cgi-bin/`, `archive/chatdata`, `archive/media`, or `*`.
    pub path: String,
    /// What goes wrong.
    pub kind: FaultKind,
    /// Fires at most so often; absent: without end.
    #[serde(default)]
    pub times: Option<u64>,
    /// Fires with this probability; absent: always.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Decides the probability.
    #[serde(default)]
    pub seed: u64,
    /// Lets so many matching calls pass first.
    #[serde(default)]
    pub skip: u64,
    /// Length of a pause.
    #[serde(default)]
    pub millis: u64,
    /// Code of `top_errcode` and `sdk_return`.
    #[serde(default)]
    pub code: i64,
    /// Form of `malformed`: `html`, `half`, `http500` or `garbage`; of `sdk_crash`: see there.
    #[serde(default)]
    pub variant: Option<String>,
    /// Calls that matched so far.
    #[serde(default, skip_deserializing)]
    pub matched: u64,
    /// Calls that were spoiled so far.
    #[serde(default, skip_deserializing)]
    pub fired: u64,
}

/// The rules in force, in order of adding.
#[derive(Debug, Default)]
pub struct Faults {
    pub rules: Vec<FaultRule>,
}

impl Faults {
    /// The first rule that spoils this call.
    pub fn strike(&mut self, path: &str) -> Option<FaultRule> {
        for rule in &mut self.rules {
            if rule.path != "*" && rule.path != path {
                continue;
            }
            rule.matched += 1;
            if rule.matched <= rule.skip || rule.times.is_some_and(|times| rule.fired >= times) {
                continue;
            }
            let hit = rule.probability.is_none_or(|probability| {
                Draw::new(rule.seed, 0xFA17, rule.matched).chance(probability)
            });
            if hit {
                rule.fired += 1;
                return Some(rule.clone());
            }
        }
        None
    }
}
