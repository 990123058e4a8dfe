//! The record of a handover, first contacts, and texts to customers.

use jiebang_store::entity::first_contact::Model as Contact;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::entity::message_template::Model as Template;
use jiebang_store::handover::{self as store, ContactFilter, Step, StepFilter};
use jiebang_store::testing::{both, either};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::*;

pub fn a_handover(id: Uuid, leaver: &str) -> Handover {
    Handover {
        id,
        corp_id: corp().to_string(),
        kind: "resigned".into(),
        leaver: leaver.into(),
        leaver_name: leaver.into(),
        state: "running".into(),
        request: json!({}),
        scope: json!({}),
        dry_run: json!({}),
        note: String::new(),
        message: None,
        created_by: "operator".into(),
        created_at: NOW,
        started_by: None,
        started_at: None,
        finished_at: None,
        version: 1,
        planned_by: None,
        planned_at: None,
    }
}

pub fn a_row(handover: Uuid, row_no: i32, customer: &str) -> Row {
    Row {
        approval: None,
        handover_id: handover,
        row_no,
        corp_id: corp().to_string(),
        subject_kind: "customer".into(),
        subject_id: customer.into(),
        name: customer.into(),
        successor: Some("bob".into()),
        reason: json!({"mode": "one"}),
        prediction: "fine".into(),
        prediction_detail: None,
        state: "planned".into(),
        errcode: None,
        not_before: None,
        waiting_until: None,
        ended_at: None,
        call_id: None,
        started_at: None,
        carry: "none".into(),
        carry_detail: None,
        snapshot: None,
        updated_at: NOW,
        note: None,
    }
}

fn step(row_no: i32, step: &'static str, call: Uuid) -> Step {
    Step {
        row_no: Some(row_no),
        step,
        outcome: "waiting".into(),
        call_id: Some(call),
        detail: None,
    }
}

#[tokio::test]
async fn s6_a_hundred_thousand_rows_are_a_page_of_lines() {
    const ROWS: i32 = 100_000;
    let database = either().await;
    let id = Uuid::from_u128(1);
    // A thousand calls, fifty a minute.
    write(&database, async |tx| {
        for call in 0..ROWS / 100 {
            let name = Uuid::from_u128(10 + u128::try_from(call).unwrap());
            let rows = call * 100 + 1..=call * 100 + 100;
            let at = NOW + i64::from(call / 50) * 60;
            let steps = rows.map(|row| step(row, "submit", name)).collect();
            store::insert_steps(tx, corp().as_str(), id, "system", at, steps).await?;
        }
        Ok(())
    })
    .await;
    let every = StepFilter::default();
    let (mut lines, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = store::step_lines(database.read(), id, &every, after, 6)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.minute, last.last_id));
        pages += 1;
        lines.extend(page);
    }
    // One thousand calls in twenty minutes; a minute may begin within one of ours.
    assert_eq!((lines.len(), pages), (20, 4));
    assert!(
        lines
            .iter()
            .all(|line| (line.steps, line.calls) == (5_000, 50))
    );
    let total = store::count_steps(database.read(), id, &every)
        .await
        .unwrap();
    assert_eq!(total, u64::try_from(ROWS).unwrap());
    let of_row = StepFilter {
        row_no: Some(77_777),
        ..StepFilter::default()
    };
    let one = store::step_lines(database.read(), id, &of_row, None, 9)
        .await
        .unwrap();
    assert_eq!(
        (one.len(), one[0].steps, one[0].row_no),
        (1, 1, Some(77_777))
    );
}

#[tokio::test]
async fn s36_a_first_contact_stays_as_it_was_owed_first() {
    both(|store| async move {
        let id = Uuid::from_u128(1);
        let contact = |row_no, userid: &str, due_at| Contact {
            corp_id: corp().to_string(),
            handover_id: id,
            row_no,
            userid: userid.into(),
            due_at,
            contacted_at: None,
            how: None,
        };
        write(&store, async |tx| {
            upsert_people(tx).await?;
            let owed = vec![
                contact(1, "amy", 30),
                contact(2, "bob", 10),
                contact(3, "amy", 20),
            ];
            store::open_first_contacts(tx, owed).await
        })
        .await;
        let said = write(&store, async |tx| {
            store::set_contacted(tx, id, 1, "amy", Some((25, "marked"))).await
        });
        assert!(said.await);
        // A second opening changes neither the moment nor that it was made.
        write(&store, async |tx| {
            store::open_first_contacts(tx, vec![contact(1, "amy", 99)]).await
        })
        .await;
        let one = store::first_contact(store.read(), id, 1)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((one.due_at, one.contacted_at), (30, Some(25)));
        for (who, made, changes) in [
            ("amy", true, false),
            ("bob", false, false),
            ("amy", false, true),
            ("amy", false, false),
        ] {
            let mark = made.then_some((50, "marked"));
            let changed = write(&store, async |tx| {
                store::set_contacted(tx, id, 1, who, mark).await
            });
            assert_eq!(changed.await, changes, "{who} {made}");
        }
        let list = async |filter: ContactFilter| {
            let (mut numbers, mut after) = (Vec::new(), None);
            loop {
                let (read, corp) = (store.read(), corp());
                let page = store::list_first_contacts(read, corp.as_str(), &filter, after, 1)
                    .await
                    .unwrap();
                let Some(one) = page.first() else { break };
                after = Some((one.due_at, one.handover_id, one.row_no));
                numbers.push(one.row_no);
            }
            numbers
        };
        assert_eq!(list(ContactFilter::default()).await, [2, 3, 1]);
        let of = |departments: &[i64]| ContactFilter {
            departments: Some(departments.to_vec()),
            ..ContactFilter::default()
        };
        assert_eq!(list(of(&[1])).await, [3, 1]);
        assert_eq!(list(of(&[])).await, [0; 0]);
        let late = ContactFilter {
            due_before: Some(20),
            contacted: Some(false),
            ..ContactFilter::default()
        };
        assert_eq!(list(late).await, [2]);
    })
    .await;
}

async fn upsert_people(tx: &jiebang_store::Tx) -> Result<(), jiebang_store::StoreError> {
    let people = vec![member("amy", "Amy", &[1]), member("bob", "Bob", &[2])];
    jiebang_store::directory::upsert_members(tx, people).await
}

#[tokio::test]
async fn s23_texts_belong_to_their_corp() {
    both(|store| async move {
        let template = |id: u128, corp_id: String| Template {
            id: Uuid::from_u128(id),
            corp_id,
            name_zh: "问候".into(),
            name_en: "Greeting".into(),
            body: "{successor}".into(),
            created_by: "operator".into(),
            created_at: NOW,
            updated_at: NOW,
        };
        write(&store, async |tx| {
            store::insert_template(tx, template(1, corp().to_string())).await?;
            store::insert_template(tx, template(2, other_corp().to_string())).await
        })
        .await;
        let all = store::templates(store.read(), &corp()).await.unwrap();
        assert_eq!(all, [template(1, corp().to_string())]);
        let foreign = Uuid::from_u128(2);
        assert_eq!(
            store::template(store.read(), &corp(), foreign)
                .await
                .unwrap(),
            None
        );
        let gone = write(&store, async |tx| {
            store::delete_template(tx, &corp(), foreign).await
        });
        assert!(!gone.await);
        let stolen = template(2, corp().to_string());
        let stolen = write(&store, async |tx| {
            store::update_template(tx, stolen.clone()).await
        });
        assert!(!stolen.await);
    })
    .await;
}
