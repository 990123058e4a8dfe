//! Compares whom contact codes and acquisition links lead to with whom they led to before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Error, World};

/// What one way is: its members, and everything else of it.
struct Way {
    members: BTreeSet<String>,
    rest: Value,
}

/// All ways as the sandbox has them, by kind and id.
pub struct Ways(BTreeMap<(&'static str, String), Way>);

fn members(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str)
        .map(str::to_lowercase)
        .collect()
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

impl Ways {
    /// Asks the sandbox.
    ///
    /// # Errors
    /// [`Error::Control`].
    pub async fn read(world: &World) -> Result<Self, Error> {
        let path = "truth?only=contact_ways,acquisition_links";
        let truth = world.control("GET", path, Value::Null).await?;
        let mut found = BTreeMap::new();
        for row in each(&truth["contact_ways"]) {
            let mut rest = row["way"].clone();
            let members = members(&rest["user"].take());
            let id = rest["config_id"].as_str().unwrap_or_default().to_owned();
            found.insert(("code", id), Way { members, rest });
        }
        for row in each(&truth["acquisition_links"]) {
            let mut rest = row["link"].clone();
            let members = members(&rest["range"]["user_list"].take());
            rest["priority_option"].take();
            let id = &rest["link"]["link_id"];
            let id = id.as_str().unwrap_or_default().to_owned();
            found.insert(("link", id), Way { members, rest });
        }
        Ok(Self(found))
    }

    /// What is wrong with `after`, in words: a way that names the leaver still, leads to nobody,
    /// lost somebody else, or changed although it did not name the leaver.
    pub fn differences(&self, after: &Self, leaver: &str) -> Vec<String> {
        let leaver = leaver.to_lowercase();
        let mut wrong = Vec::new();
        for ((kind, id), before) in &self.0 {
            let Some(now) = after.0.get(&(kind, id.clone())) else {
                wrong.push(format!("{kind} {id} is gone"));
                continue;
            };
            let mut others = before.members.clone();
            let named = others.remove(&leaver);
            let parties = each(&before.rest["party"]).next().is_some();
            let problem = if now.members.contains(&leaver) {
                "still names the leaver"
            } else if now.rest != before.rest || (!named && now.members != before.members) {
                "was changed"
            } else if !others.is_subset(&now.members) {
                "lost a member"
            } else if named && now.members.is_empty() && !parties {
                "leads to nobody"
            } else {
                continue;
            };
            wrong.push(format!("{kind} {id} {problem}"));
        }
        wrong
    }

    /// How many of them name this member.
    pub fn that_name(&self, userid: &str) -> usize {
        let userid = userid.to_lowercase();
        let ways = self.0.values();
        ways.filter(|way| way.members.contains(&userid)).count()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ways(members: &[&str], remark: &str) -> Ways {
        let members = members.iter().map(|name| (*name).to_owned()).collect();
        let rest = json!({ "remark": remark });
        Ways(BTreeMap::from([(
            ("code", "a".to_owned()),
            Way { members, rest },
        )]))
    }

    #[test]
    fn b25_every_way_in_which_a_code_can_go_wrong_is_told() {
        let before = ways(&["amy", "bob"], "x");
        for (after, expected) in [
            (ways(&["bob"], "x"), vec![]),
            (ways(&["bob", "eve"], "x"), vec![]),
            (
                ways(&["amy", "bob"], "x"),
                vec!["code a still names the leaver"],
            ),
            (ways(&["eve"], "x"), vec!["code a lost a member"]),
            (ways(&["bob"], "y"), vec!["code a was changed"]),
            (Ways(BTreeMap::new()), vec!["code a is gone"]),
        ] {
            assert_eq!(before.differences(&after, "Amy"), expected);
        }
        let alone = ways(&["amy"], "x").differences(&ways(&[], "x"), "amy");
        assert_eq!(alone, ["code a leads to nobody"]);
        let other = ways(&["bob"], "x").differences(&ways(&["eve"], "x"), "amy");
        assert_eq!(other, ["code a was changed"]);
        assert_eq!(before.that_name("amy"), 1);
    }
}
