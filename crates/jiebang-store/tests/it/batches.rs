//! Large batches: what a sync of a big corp writes.

use std::time::Instant;

use jiebang_store::customer::{self, FollowCursor, FollowFilter, upsert_customers, upsert_follows};
use jiebang_store::stats;
use jiebang_store::testing::both;

use crate::fixture::{a_customer, a_follow, corp, customer as ext, user, write};

/// Customers stored unless JIEBANG_TEST_CUSTOMERS names another number.
const CUSTOMERS: usize = 100_000;
/// Customers in one transaction, about what a sync holds in memory at a time.
const IN_A_TRANSACTION: usize = 5_000;

/// Prints how fast it went; a figure on a busy machine is no promise.
#[tokio::test]
async fn a_hundred_thousand_customers_are_stored_twice_and_counted_once() {
    let customers: usize = std::env::var("JIEBANG_TEST_CUSTOMERS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(CUSTOMERS);
    both(|store| async move {
        for round in ["new", "again"] {
            let began = Instant::now();
            for first in (0..customers).step_by(IN_A_TRANSACTION) {
                let ids = first..first + IN_A_TRANSACTION;
                let batch = ids
                    .clone()
                    .map(|n| a_customer(&format!("wm{n:07}"), "客户"))
                    .collect();
                let follows = ids
                    .map(|n| a_follow(&format!("m{:03}", n / 500), &format!("wm{n:07}")))
                    .collect();
                write(&store, async |tx| {
                    upsert_customers(tx, batch).await?;
                    upsert_follows(tx, follows).await
                })
                .await;
            }
            let seconds = began.elapsed().as_secs_f64();
            println!(
                "{:?}, {round}: {customers} customers and follows in {seconds:.1} s, {:.0} rows/s",
                store.kind(),
                2.0 * customers as f64 / seconds
            );
        }
        println!("{}", memory());
        let all = FollowFilter::default();
        let began = Instant::now();
        let counts = stats::counts(store.read(), &corp()).await.unwrap();
        println!("overview in {:?}", began.elapsed());
        assert_eq!(counts.customers, customers as u64);
        let late = FollowCursor {
            member: user(&format!("m{:03}", customers / 600)),
            customer: ext("wm"),
        };
        let text = FollowFilter {
            text: Some("没有".into()),
            ..FollowFilter::default()
        };
        for (what, filter) in [("page", &all), ("search", &text)] {
            let began = Instant::now();
            customer::follows(store.read(), &corp(), filter, Some(&late), 100)
                .await
                .unwrap();
            println!("{what} in {:?}", began.elapsed());
        }
    })
    .await;
}

#[tokio::test]
async fn of_a_row_given_twice_in_a_batch_the_last_counts() {
    both(|store| async move {
        let mut rows: Vec<_> = (0..1_500)
            .map(|n| a_customer(&format!("wm{n}"), "first"))
            .collect();
        rows.extend((0..1_500).map(|n| a_customer(&format!("wm{n}"), "last")));
        write(&store, async |tx| upsert_customers(tx, rows).await).await;
        write(&store, async |tx| upsert_customers(tx, Vec::new()).await).await;
        let ids: Vec<String> = (0..1_500).map(|n| format!("wm{n}")).collect();
        let ids = ids.iter().map(String::as_str);
        let found = customer::customers_by_id(store.read(), &corp(), ids)
            .await
            .unwrap();
        assert_eq!(found.len(), 1_500);
        assert!(found.iter().all(|row| row.name == "last"));
    })
    .await;
}

/// The most memory this process has had, as Linux tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("memory unknown")
        .to_owned()
}
