//! What members hold, against a recount of everything by brute force.

use std::collections::BTreeMap;

use jiebang_domain::departure::{Exposure, Written};
use jiebang_store::customer::{Follow, upsert_customers, upsert_follows};
use jiebang_store::departure::{
    Exposed, count_exposed, exposed_customers, exposures, single_owner_ids,
};
use jiebang_store::directory::{Member, upsert_members};
use jiebang_store::group::{Group, upsert_groups};
use jiebang_store::{Store, testing};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::fixture::{
    NOW, a_customer, a_follow, a_group, corp, customer, member, other_corp, user, write,
};

/// A corp of up to eight members, of whom some are gone, and who they follow.
#[derive(Debug, Clone)]
struct Corp {
    members: Vec<Member>,
    follows: Vec<Follow>,
    groups: Vec<Group>,
}

fn follow() -> impl Strategy<Value = Follow> {
    let words = || prop::sample::select(vec!["", "  ", "老客户"]);
    let lists = || prop::collection::vec("[a-z]{1,3}", 0..2);
    let who = (0..8_usize, 0..30_usize);
    (who, words(), words(), lists(), lists(), 0..4_u8).prop_map(
        |((who, whom), remark, note, tags, phones, ended)| Follow {
            remark: remark.to_owned(),
            description: note.to_owned(),
            tags: tags.into_iter().collect(),
            remark_mobiles: phones.into_iter().collect(),
            ended_at: (ended == 0).then_some(NOW),
            ..a_follow(&format!("m{who}"), &format!("wm{whom:02}"))
        },
    )
}

fn a_corp() -> impl Strategy<Value = Corp> {
    let gone = prop::collection::vec(0..5_u8, 8);
    let groups = prop::collection::vec((0..8_usize, any::<bool>()), 0..20);
    (gone, prop::collection::vec(follow(), 0..120), groups).prop_map(|(gone, follows, groups)| {
        let members = gone.iter().enumerate().map(|(index, state)| Member {
            left_at: (*state == 0).then_some(NOW),
            gone_at: (*state == 1).then_some(NOW),
            ..member(&format!("m{index}"), "", &[1])
        });
        let groups = groups.into_iter().enumerate();
        let groups = groups.map(|(index, (owner, dismissed))| Group {
            dismissed_at: dismissed.then_some(NOW),
            ..a_group(&format!("wr{index}"), &format!("m{owner}"))
        });
        let unique: BTreeMap<_, _> = follows
            .into_iter()
            .map(|one| ((one.userid.clone(), one.external_userid.clone()), one))
            .collect();
        Corp {
            members: members.collect(),
            follows: unique.into_values().collect(),
            groups: groups.collect(),
        }
    })
}

impl Corp {
    async fn store(&self, store: &Store) {
        let mut customers: Vec<_> = (0..30)
            .map(|index| a_customer(&format!("wm{index:02}"), "客户"))
            .collect();
        // The same under another corp must not be counted.
        let mut follows = self.follows.clone();
        let elsewhere = follows.clone().into_iter().map(|one| Follow {
            corp_id: other_corp().to_string(),
            ended_at: None,
            ..one
        });
        follows.extend(elsewhere);
        customers.truncate(30);
        write(store, async |tx| {
            upsert_members(tx, self.members.clone()).await?;
            upsert_customers(tx, customers.clone()).await?;
            upsert_follows(tx, follows.clone()).await?;
            upsert_groups(tx, self.groups.clone()).await
        })
        .await;
    }

    fn living(&self, of: &str) -> Vec<&Follow> {
        let living = |one: &&Follow| one.userid == of && one.ended_at.is_none();
        self.follows.iter().filter(living).collect()
    }

    fn is_single_owner(&self, one: &Follow) -> bool {
        !self.follows.iter().any(|other| {
            let present = self.members.iter().any(|member| {
                member.userid == other.userid
                    && member.left_at.is_none()
                    && member.gone_at.is_none()
            });
            present
                && other.external_userid == one.external_userid
                && other.userid != one.userid
                && other.ended_at.is_none()
        })
    }

    fn recount(&self, of: &str) -> Exposure {
        let living = self.living(of);
        let count =
            |holds: &dyn Fn(&Follow) -> bool| living.iter().filter(|one| holds(one)).count() as u64;
        let groups = self.groups.iter();
        let groups = groups.filter(|one| one.owner == of && one.dismissed_at.is_none());
        Exposure {
            written: Written {
                customers: living.len() as u64,
                remark: count(&|one| !one.remark.trim().is_empty()),
                note: count(&|one| !one.description.trim().is_empty()),
                tag: count(&|one| !one.tags.is_empty()),
                phone: count(&|one| !one.remark_mobiles.is_empty()),
            },
            groups: groups.count() as u64,
            single_owner: count(&|one| self.is_single_owner(one)),
            undocumented: count(&|one| is_undocumented(one)),
        }
    }
}

fn is_undocumented(one: &Follow) -> bool {
    one.remark.trim().is_empty() && one.tags.is_empty()
}

fn some_corps(count: usize) -> Vec<Corp> {
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| a_corp().new_tree(&mut runner).unwrap().current())
        .collect()
}

#[tokio::test]
async fn b11_what_a_member_holds_equals_a_recount() {
    for made in some_corps(6) {
        testing::both(|store| {
            let made = made.clone();
            async move {
                made.store(&store).await;
                let all = exposures(store.read(), &corp(), None).await.unwrap();
                for index in 0..8 {
                    let id = format!("m{index}");
                    let expected = made.recount(&id);
                    let listed = all.get(&id).copied().unwrap_or_default();
                    assert_eq!(listed, expected, "{id}");
                    let alone = exposures(store.read(), &corp(), Some(&user(&id))).await;
                    let alone = alone.unwrap();
                    assert_eq!(alone.get(&id).copied().unwrap_or_default(), expected);
                    assert!(alone.len() <= 1);
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn b11_the_customers_behind_the_figures_are_listed_page_by_page() {
    for made in some_corps(3) {
        testing::both(|store| {
            let made = made.clone();
            async move {
                made.store(&store).await;
                for index in 0..8 {
                    let id = user(&format!("m{index}"));
                    lists_equal_a_recount(&store, &made, &id).await;
                }
            }
        })
        .await;
    }
}

async fn lists_equal_a_recount(store: &Store, made: &Corp, id: &jiebang_domain::id::UserId) {
    for kind in [Exposed::SingleOwner, Exposed::Undocumented] {
        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = exposed_customers(store.read(), &corp(), id, kind, after.as_ref(), 3)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = Some(customer(&last.follow.external_userid));
            assert!(page.iter().all(|row| row.customer.is_some()));
            listed.extend(page.into_iter().map(|row| row.follow.external_userid));
        }
        let expected: Vec<String> = made
            .living(id.as_str())
            .into_iter()
            .filter(|one| match kind {
                Exposed::SingleOwner => made.is_single_owner(one),
                Exposed::Undocumented => is_undocumented(one),
            })
            .map(|one| one.external_userid.clone())
            .collect();
        assert_eq!(listed, expected, "{kind:?} of {id}");
        let count = count_exposed(store.read(), &corp(), id, kind)
            .await
            .unwrap();
        assert_eq!(count, expected.len() as u64);
        if kind == Exposed::SingleOwner {
            let mut ids = single_owner_ids(store.read(), &corp(), id).await.unwrap();
            ids.sort();
            assert_eq!(ids, expected);
        }
    }
}

#[tokio::test]
async fn s31_blanking_a_stored_field_lowers_the_score() {
    testing::both(|store| async move {
        let full = Follow {
            remark: "王总".into(),
            description: "每月回访".into(),
            tags: ["et1"].into_iter().collect(),
            remark_mobiles: ["13800000000"].into_iter().collect(),
            ..a_follow("m0", "wm01")
        };
        let blanks: [fn(&mut Follow); 4] = [
            |one| one.remark = " ".into(),
            |one| one.description = String::new(),
            |one| one.tags = Vec::<String>::new().into_iter().collect(),
            |one| one.remark_mobiles = Vec::<String>::new().into_iter().collect(),
        ];
        let score = async |follow: Follow| {
            write(&store, async |tx| {
                upsert_members(tx, vec![member("m0", "", &[1])]).await?;
                upsert_follows(tx, vec![follow.clone(), a_follow("m0", "wm02")]).await
            })
            .await;
            let all = exposures(store.read(), &corp(), None).await.unwrap();
            all["m0"].written.score().unwrap()
        };
        assert_eq!(score(full.clone()).await, 50.0);
        for (blank, worth) in blanks.into_iter().zip([30.0, 30.0, 30.0, 10.0]) {
            let mut blanked = full.clone();
            blank(&mut blanked);
            assert_eq!(score(blanked).await, 50.0 - worth / 2.0);
        }
    })
    .await;
}
