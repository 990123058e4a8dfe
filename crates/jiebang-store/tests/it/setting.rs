//! Settings.

use jiebang_store::setting::{self, Content};
use jiebang_store::testing::both;
use jiebang_vault::{MasterKey, open, seal};
use serde_json::json;

use crate::fixture::{NOW, at, corp, other_corp, write};

#[tokio::test]
async fn a_setting_holds_what_was_put_last_in_the_open_or_sealed() {
    both(|store| async move {
        let key = MasterKey::from_bytes([1; 32]);
        let sealed = seal(&key, key.id(), b"ww1:secret", b"geheim", [2; 12]).unwrap();
        let put = async |name: &str, content| {
            write(&store, async |tx| {
                setting::put(tx, &corp(), name, content, "admin", at(1)).await
            })
            .await;
        };
        put("secret", Content::Open(json!("typed in the clear"))).await;
        put("secret", Content::Sealed(sealed)).await;
        put("agent_id", Content::Open(json!({"id": 1_000_002}))).await;
        let found = setting::get(store.read(), &corp(), "secret")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.value, found.updated_at), (None, NOW + 1));
        let opened = open(&key, key.id(), b"ww1:secret", &found.sealed.unwrap()).unwrap();
        assert_eq!(opened, b"geheim");
        let listed = setting::list(store.read(), &corp()).await.unwrap();
        let names: Vec<&str> = listed.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["agent_id", "secret"]);
        assert_eq!(listed[0].value, Some(json!({"id": 1_000_002})));
        assert_eq!(
            setting::get(store.read(), &other_corp(), "secret")
                .await
                .unwrap(),
            None
        );
        assert!(
            write(&store, async |tx| setting::remove(tx, &corp(), "secret")
                .await)
            .await
        );
        assert!(
            !write(&store, async |tx| setting::remove(tx, &corp(), "secret")
                .await)
            .await
        );
    })
    .await;
}
