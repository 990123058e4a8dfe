//! The tables of the key store as records.

pub(super) mod key_share {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "key_share")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// Whose key it belongs to; -1 for an index key.
        pub conversation_id: i64,
        #[sea_orm(column_type = "Blob")]
        pub share: Vec<u8>,
    }

    crate::entity::stands_alone!();
}

/// One row: which key store this is.
pub(super) mod key_store {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "key_store")]
    pub struct Model {
        /// Always 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub no: i32,
        pub id: Uuid,
    }

    crate::entity::stands_alone!();
}
