//! When messages are deleted, and what keeps them: the days of the policy, and holds (法务保全).
//!
//! Invariant: what a standing hold covers is not deleted, whatever else says so.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::time::Timestamp;

/// What a hold or an erasure is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Subject {
    Corp,
    /// Every conversation this member or customer takes part in.
    Person(String),
    /// By the store's number.
    Conversation(i64),
}

/// Keeps messages from being deleted while it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub subject: Subject,
    pub placed_at: Timestamp,
    pub lifted_at: Option<Timestamp>,
}

/// A stored message as far as its end is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The store's number of it.
    pub id: i64,
    pub conversation: i64,
    /// Everybody who takes part in the conversation.
    pub people: BTreeSet<String>,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// Whether a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its time is not over.
    Stays,
    /// Its time is over, and a hold keeps it.
    Held,
    /// It is to be deleted.
    Due,
}

impl Subject {
    /// The subject that [`Self::kind`] and [`Self::id`] name.
    #[must_use]
    pub fn parse(kind: &str, id: String) -> Option<Self> {
        match kind {
            "corp" => Some(Self::Corp),
            "person" => Some(Self::Person(id)),
            "conversation" => id.parse().ok().map(Self::Conversation),
            _ => None,
        }
    }

    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Corp => "corp",
            Self::Person(_) => "person",
            Self::Conversation(_) => "conversation",
        }
    }

    /// Of the person or the conversation; empty for the corp.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Corp => String::new(),
            Self::Person(id) => id.clone(),
            Self::Conversation(id) => id.to_string(),
        }
    }

    #[must_use]
    pub fn covers(&self, message: &Kept) -> bool {
        match self {
            Self::Corp => true,
            Self::Person(id) => message.people.contains(id),
            Self::Conversation(id) => message.conversation == *id,
        }
    }
}

impl Hold {
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        self.placed_at <= now && self.lifted_at.is_none_or(|lifted| now < lifted)
    }

    /// Whether it keeps the message from being deleted now.
    #[must_use]
    pub fn keeps(&self, message: &Kept, now: Timestamp) -> bool {
        self.stands(now) && self.subject.covers(message)
    }
}

/// Whether a message goes at `now`. A hold wins over everything.
#[must_use]
pub fn verdict(message: &Kept, holds: &[Hold], now: Timestamp) -> Verdict {
    if message.expires_at.is_none_or(|at| now < at) {
        Verdict::Stays
    } else if holds.iter().any(|hold| hold.keeps(message, now)) {
        Verdict::Held
    } else {
        Verdict::Due
    }
}

/// The messages that are to be deleted now, the longest over first, then by number.
#[must_use]
pub fn due(messages: &[Kept], holds: &[Hold], now: Timestamp) -> Vec<i64> {
    let is_due = |message: &&Kept| verdict(message, holds, now) == Verdict::Due;
    let mut due: Vec<&Kept> = messages.iter().filter(is_due).collect();
    due.sort_by_key(|message| (message.expires_at, message.id));
    due.into_iter().map(|message| message.id).collect()
}

/// What would be deleted at once if the hold at this place were lifted.
#[must_use]
pub fn released_by(messages: &[Kept], holds: &[Hold], place: usize, now: Timestamp) -> Vec<i64> {
    let rest: Vec<Hold> = holds
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != place)
        .map(|(_, hold)| hold.clone())
        .collect();
    let kept: BTreeSet<i64> = due(messages, holds, now).into_iter().collect();
    let mut released = due(messages, &rest, now);
    released.retain(|id| !kept.contains(id));
    released
}

/// Whether everything `subject` covers may be erased on somebody's demand.
///
/// # Errors
/// The places of the holds that stand against it: those that keep one of the messages.
pub fn may_erase(
    subject: &Subject,
    messages: &[Kept],
    holds: &[Hold],
    now: Timestamp,
) -> Result<(), Vec<usize>> {
    let covered: Vec<&Kept> = messages.iter().filter(|m| subject.covers(m)).collect();
    let stand_against: Vec<usize> = holds
        .iter()
        .enumerate()
        .filter(|(_, hold)| covered.iter().any(|message| hold.keeps(message, now)))
        .map(|(place, _)| place)
        .collect();
    if stand_against.is_empty() {
        Ok(())
    } else {
        Err(stand_against)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::archive::policy::{Keep, Treatment};
    use crate::time::DAY;

    #[derive(Debug, Clone)]
    enum Step {
        Send {
            conversation: i64,
            person: u8,
        },
        /// Days of the policy, for everything that is stored.
        Policy(Option<u32>),
        Hold(Subject),
        Lift(usize),
        Pass(i64),
        Sweep,
        Erase(Subject),
    }

    fn subject() -> impl Strategy<Value = Subject> {
        prop_oneof![
            1 => Just(Subject::Corp),
            3 => (0u8..3).prop_map(|n| Subject::Person(n.to_string())),
            3 => (0i64..3).prop_map(Subject::Conversation),
        ]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0i64..3, 0u8..3).prop_map(|(conversation, person)| Step::Send { conversation, person }),
            2 => prop::option::of(1u32..9).prop_map(Step::Policy),
            2 => subject().prop_map(Step::Hold),
            2 => (0usize..5).prop_map(Step::Lift),
            3 => (1i64..5).prop_map(Step::Pass),
            3 => Just(Step::Sweep),
            1 => subject().prop_map(Step::Erase),
        ]
    }

    /// The same world twice: by the functions of this file, and in days and plain maps.
    #[derive(Default)]
    struct World {
        messages: Vec<Kept>,
        holds: Vec<Hold>,
        sent: BTreeMap<i64, (i64, i64, u8)>,
        held: Vec<(Subject, bool)>,
        days: Option<u32>,
        today: i64,
    }

    impl World {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(self.today * DAY)
        }

        fn expiry(&self, day: i64) -> Option<Timestamp> {
            let treatment = Treatment {
                keep: Keep::Keep,
                media: true,
                days: self.days,
            };
            treatment.expires_at(Timestamp::from_seconds(day * DAY))
        }

        fn is_held(&self, (_, conversation, person): (i64, i64, u8)) -> bool {
            self.held.iter().any(|(subject, stands)| {
                *stands
                    && match subject {
                        Subject::Corp => true,
                        Subject::Person(id) => *id == person.to_string(),
                        Subject::Conversation(id) => *id == conversation,
                    }
            })
        }

        fn over(&self) -> BTreeMap<i64, (i64, i64, u8)> {
            let days = self.days.map(i64::from);
            let is_over = |day: i64| days.is_some_and(|days| self.today - day >= days);
            self.sent
                .iter()
                .filter(|(_, m)| is_over(m.0))
                .map(|(id, m)| (*id, *m))
                .collect()
        }

        fn take(&mut self, step: &Step) {
            match step {
                Step::Send {
                    conversation,
                    person,
                } => {
                    let id = i64::try_from(self.sent.len() + 1_000 * self.holds.len()).unwrap()
                        + 1_000_000 * self.today;
                    self.sent.insert(id, (self.today, *conversation, *person));
                    self.messages.retain(|message| message.id != id);
                    self.messages.push(Kept {
                        id,
                        conversation: *conversation,
                        people: BTreeSet::from([person.to_string()]),
                        expires_at: self.expiry(self.today),
                    });
                }
                Step::Policy(days) => {
                    self.days = *days;
                    let expiries: Vec<_> = self
                        .messages
                        .iter()
                        .map(|m| self.expiry(self.sent[&m.id].0))
                        .collect();
                    for (message, expires_at) in self.messages.iter_mut().zip(expiries) {
                        message.expires_at = expires_at;
                    }
                }
                Step::Hold(subject) => {
                    self.holds.push(Hold {
                        subject: subject.clone(),
                        placed_at: self.now(),
                        lifted_at: None,
                    });
                    self.held.push((subject.clone(), true));
                }
                Step::Lift(place) => {
                    let now = self.now();
                    if let Some(hold) = self.holds.get_mut(*place) {
                        hold.lifted_at.get_or_insert(now);
                        self.held[*place].1 = false;
                    }
                }
                Step::Pass(days) => self.today += days,
                Step::Sweep | Step::Erase(_) => {}
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn s49_what_is_over_goes_and_b16_nothing_held_is_ever_deleted(steps in prop::collection::vec(step(), 0..40)) {
            let mut world = World::default();
            for step in steps {
                world.take(&step);
                let now = world.now();
                let over = world.over();
                let expected: BTreeSet<i64> = over.iter().filter(|(_, m)| !world.is_held(**m)).map(|(id, _)| *id).collect();
                let goes = due(&world.messages, &world.holds, now);
                prop_assert_eq!(goes.iter().copied().collect::<BTreeSet<_>>(), expected.clone());
                for pair in goes.windows(2) {
                    prop_assert!((world.sent[&pair[0]].0, pair[0]) < (world.sent[&pair[1]].0, pair[1]));
                }
                for message in &world.messages {
                    let kept = match verdict(message, &world.holds, now) {
                        Verdict::Stays => !over.contains_key(&message.id),
                        Verdict::Held => over.contains_key(&message.id) && !expected.contains(&message.id),
                        Verdict::Due => expected.contains(&message.id),
                    };
                    prop_assert!(kept);
                }
                for place in 0..world.holds.len() {
                    let stood = std::mem::replace(&mut world.held[place].1, false);
                    let without: BTreeSet<i64> = over.iter().filter(|(_, m)| !world.is_held(**m)).map(|(id, _)| *id).collect();
                    world.held[place].1 = stood;
                    let released: BTreeSet<i64> = released_by(&world.messages, &world.holds, place, now).into_iter().collect();
                    prop_assert_eq!(released, without.difference(&expected).copied().collect::<BTreeSet<_>>());
                }
                let gone: BTreeSet<i64> = match &step {
                    Step::Sweep => expected,
                    Step::Erase(subject) => {
                        let meant: Vec<i64> = world.messages.iter().filter(|m| subject.covers(m)).map(|m| m.id).collect();
                        let free = meant.iter().all(|id| !world.is_held(world.sent[id]));
                        let allowed = may_erase(subject, &world.messages, &world.holds, now).is_ok();
                        prop_assert_eq!(allowed, free);
                        if allowed { meant.into_iter().collect() } else { BTreeSet::new() }
                    }
                    _ => BTreeSet::new(),
                };
                world.messages.retain(|message| !gone.contains(&message.id));
                world.sent.retain(|id, _| !gone.contains(id));
                prop_assert_eq!(world.messages.len(), world.sent.len());
            }
        }
    }

    #[test]
    fn b16_a_hold_says_against_which_erasure_it_stands() {
        let message = |id: i64, person: &str| Kept {
            id,
            conversation: id,
            people: BTreeSet::from([person.to_owned()]),
            expires_at: None,
        };
        let messages = [message(1, "wmA"), message(2, "wmB")];
        let hold = |subject, placed: i64, lifted: Option<i64>| Hold {
            subject,
            placed_at: Timestamp::from_seconds(placed),
            lifted_at: lifted.map(Timestamp::from_seconds),
        };
        let holds = [
            hold(Subject::Conversation(2), 0, Some(50)),
            hold(Subject::Person("wmA".into()), 10, None),
        ];
        let erase = |id: &str, now: i64| {
            may_erase(
                &Subject::Person(id.into()),
                &messages,
                &holds,
                Timestamp::from_seconds(now),
            )
        };
        assert_eq!(erase("wmA", 9), Ok(()));
        assert_eq!(erase("wmA", 10), Err(vec![1]));
        assert_eq!(erase("wmB", 49), Err(vec![0]));
        assert_eq!(erase("wmB", 50), Ok(()));
        assert_eq!(
            may_erase(
                &Subject::Corp,
                &messages,
                &holds,
                Timestamp::from_seconds(20)
            ),
            Err(vec![0, 1])
        );
    }
}
