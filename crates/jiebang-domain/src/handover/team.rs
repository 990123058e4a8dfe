//! Whom rules can name without naming anybody: a department, a level of skill, the leader; and
//! what is known of members as successors.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::directory::{Member, MemberStatus};
use crate::id::{DepartmentId, UserId};

/// Highest level of skill.
pub const MAX_SKILL: u8 = 5;
/// Highest weight of a member's share.
pub const MAX_WEIGHT: u32 = 100;

/// Who takes the customers of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    Members {
        userids: Vec<UserId>,
    },
    /// Everybody of the department and those below it who can take customers.
    Department {
        department: DepartmentId,
    },
    /// Everybody of at least this level, of that department if one is named.
    Skill {
        at_least: u8,
        department: Option<DepartmentId>,
    },
    /// The leaver's direct leader, else whoever leads its department.
    Leader,
}

impl Target {
    /// The members that are named one by one.
    #[must_use]
    pub fn named(&self) -> &[UserId] {
        match self {
            Self::Members { userids } => userids,
            _ => &[],
        }
    }
}

/// What a company knows of a member as a successor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemberProfile {
    /// 1 to [`MAX_SKILL`]; 0: not said.
    pub skill: u8,
    /// Part of the share where a rule shares by weight, 1 to [`MAX_WEIGHT`].
    pub weight: u32,
    /// Most customers the member should have in all.
    pub cap: Option<u32>,
    pub regions: BTreeSet<String>,
    pub business: BTreeSet<String>,
    pub languages: BTreeSet<String>,
    /// Away: gets nothing by department, skill or leader.
    pub away: bool,
}

impl Default for MemberProfile {
    fn default() -> Self {
        Self {
            skill: 0,
            weight: 1,
            cap: None,
            regions: BTreeSet::new(),
            business: BTreeSet::new(),
            languages: BTreeSet::new(),
            away: false,
        }
    }
}

/// A member as a possible successor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teammate {
    pub member: Member,
    pub profile: MemberProfile,
    /// The member's departments and every one above them.
    pub within: BTreeSet<DepartmentId>,
    /// Departments the member leads.
    pub leads: BTreeSet<DepartmentId>,
    /// Customers the member has now.
    pub load: u32,
}

impl Teammate {
    /// How many more customers it can take, where WeCom lets a member have `limit`.
    #[must_use]
    pub fn room(&self, limit: u32) -> u32 {
        let most = self.profile.cap.map_or(limit, |cap| cap.min(limit));
        most.saturating_sub(self.load)
    }

    /// Whether a rule that names nobody may choose it.
    #[must_use]
    pub fn can_be_chosen(&self, leaver: &UserId) -> bool {
        !self.profile.away
            && !self.member.gone
            && self.member.status == MemberStatus::Active
            && self.member.customer_contact
            && self.member.userid != *leaver
    }
}

/// Who leads the leaver, nearest first: its direct leaders, then, department by department,
/// those who lead it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    pub direct: Vec<UserId>,
    /// The leaver's departments, the main one first, each followed by those above it.
    pub departments: Vec<DepartmentId>,
}

/// The members `target` stands for, in the order of `team`; those named as they are named, fit
/// or not, so that the dry run can say what is the matter with them.
#[must_use]
pub fn resolve(target: &Target, leaver: &UserId, chain: &Chain, team: &[Teammate]) -> Vec<UserId> {
    let chosen = |wanted: &dyn Fn(&Teammate) -> bool| {
        team.iter()
            .filter(|mate| mate.can_be_chosen(leaver) && wanted(mate))
            .map(|mate| mate.member.userid.clone())
            .collect()
    };
    match target {
        Target::Members { userids } => {
            let mut seen = BTreeSet::new();
            let first = userids.iter().filter(|userid| seen.insert(*userid));
            first.cloned().collect()
        }
        Target::Department { department } => chosen(&|mate| mate.within.contains(department)),
        Target::Skill {
            at_least,
            department,
        } => chosen(&|mate| {
            mate.profile.skill >= *at_least
                && department.is_none_or(|department| mate.within.contains(&department))
        }),
        Target::Leader => {
            let direct: Vec<UserId> = chosen(&|mate| chain.direct.contains(&mate.member.userid));
            if !direct.is_empty() {
                return direct;
            }
            let mut levels = chain.departments.iter();
            levels
                .find_map(|department| {
                    let found: Vec<UserId> = chosen(&|mate| mate.leads.contains(department));
                    (!found.is_empty()).then_some(found)
                })
                .unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mate(name: &str, within: &[DepartmentId]) -> Teammate {
        Teammate {
            member: Member {
                userid: UserId::parse(name).unwrap(),
                name: name.to_owned(),
                departments: within[..1].to_vec(),
                status: MemberStatus::Active,
                customer_contact: true,
                left_at: None,
                gone: false,
            },
            profile: MemberProfile::default(),
            within: within.iter().copied().collect(),
            leads: BTreeSet::new(),
            load: 0,
        }
    }

    fn names(target: &Target, chain: &Chain, team: &[Teammate]) -> Vec<String> {
        let leaver = UserId::parse("leaver").unwrap();
        resolve(target, &leaver, chain, team)
            .into_iter()
            .map(String::from)
            .collect()
    }

    #[test]
    fn s21_departments_skill_and_leader_name_those_who_can_take_customers() {
        let mut senior = mate("senior", &[3, 2, 1]);
        senior.profile.skill = 4;
        senior.leads.insert(3);
        let mut away = mate("away", &[3, 2, 1]);
        away.profile.away = true;
        let mut mute = mate("mute", &[3, 2, 1]);
        mute.member.customer_contact = false;
        let mut boss = mate("boss", &[2, 1]);
        boss.leads.insert(2);
        let team = [
            mate("leaver", &[3, 2, 1]),
            senior,
            away,
            mute,
            boss,
            mate("other", &[5, 1]),
        ];
        let chain = Chain {
            direct: vec![],
            departments: vec![3, 2, 1],
        };
        let department = |department| Target::Department { department };
        assert_eq!(names(&department(3), &chain, &team), ["senior"]);
        assert_eq!(names(&department(2), &chain, &team), ["senior", "boss"]);
        let skill = |department| Target::Skill {
            at_least: 3,
            department,
        };
        assert_eq!(names(&skill(None), &chain, &team), ["senior"]);
        assert!(names(&skill(Some(5)), &chain, &team).is_empty());
        assert_eq!(names(&Target::Leader, &chain, &team), ["senior"]);
        let higher = Chain {
            departments: vec![2, 1],
            ..chain.clone()
        };
        assert_eq!(names(&Target::Leader, &higher, &team), ["boss"]);
        let direct = Chain {
            direct: vec![UserId::parse("other").unwrap()],
            ..chain
        };
        assert_eq!(names(&Target::Leader, &direct, &team), ["other"]);
    }

    #[test]
    fn room_is_what_the_lower_of_both_limits_leaves() {
        let mut one = mate("a", &[1]);
        one.load = 40;
        assert_eq!(one.room(100), 60);
        one.profile.cap = Some(50);
        assert_eq!(one.room(100), 10);
        one.profile.cap = Some(10);
        assert_eq!(one.room(100), 0);
    }
}
