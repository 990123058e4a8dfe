//! Large batches: what a sync of a big corp writes.

use std::time::Instant;

use jiebang_store::customer::{self, FollowFilter, upsert_customers, upsert_follows};
use jiebang_store::testing::both;

use crate::fixture::{a_customer, a_follow, corp, write};

const CUSTOMERS: usize = 100_000;
/// Customers in one transaction, about what a sync holds in memory at a time.
const IN_A_TRANSACTION: usize = 5_000;

/// Prints how fast it went; a figure on a busy machine is no promise.
#[tokio::test]
async fn a_hundred_thousand_customers_are_stored_twice_and_counted_once() {
    both(|store| async move {
        for round in ["new", "again"] {
            let began = Instant::now();
            for first in (0..CUSTOMERS).step_by(IN_A_TRANSACTION) {
                let ids = first..first + IN_A_TRANSACTION;
                let customers = ids
                    .clone()
                    .map(|n| a_customer(&format!("wm{n:07}"), "客户"))
                    .collect();
                let follows = ids
                    .map(|n| a_follow(&format!("m{:03}", n / 500), &format!("wm{n:07}")))
                    .collect();
                write(&store, async |tx| {
                    upsert_customers(tx, customers).await?;
                    upsert_follows(tx, follows).await
                })
                .await;
            }
            let seconds = began.elapsed().as_secs_f64();
            println!(
                "{:?}, {round}: {CUSTOMERS} customers and follows in {seconds:.1} s, {:.0} rows/s",
                store.kind(),
                2.0 * CUSTOMERS as f64 / seconds
            );
        }
        let all = FollowFilter::default();
        let count = customer::count_follows(store.read(), &corp(), &all)
            .await
            .unwrap();
        assert_eq!(count, CUSTOMERS as u64);
        let by_member = customer::count_by_member(store.read(), &corp())
            .await
            .unwrap();
        assert_eq!(by_member.len(), CUSTOMERS / 500);
        assert!(by_member.iter().all(|(_, follows)| *follows == 500));
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
