//! The conversation archive: what was delivered, keys, conversations and messages, media, holds,
//! consent.
//!
//! Keys and the list of erasures have tables of their own, apart from what they open: a backup of
//! messages restored without them, or checked against a newer list, brings nothing back that was
//! erased.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_01_archive"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        delivery(&ddl).await?;
        keys(&ddl).await?;
        erasure(&ddl).await?;
        conversation(&ddl).await?;
        message(&ddl, manager).await?;
        media(&ddl).await?;
        rules(&ddl).await?;
        Ok(())
    }
}

async fn delivery(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "archive_cursor",
        &["corp_id"],
        vec![
            ddl.key("corp_id"),
            big_integer("seq"),
            big_integer("rows_stored"),
            big_integer("rows_again"),
            big_integer("holes"),
            big_integer_null("first_pull_at"),
            big_integer_null("last_page_at"),
            big_integer_null("caught_up_at"),
            text_null("last_error"),
            big_integer_null("last_error_at"),
        ],
    )
    .await?;
    ddl.table(
        "archive_gap",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            big_integer("from_at"),
            big_integer("to_at"),
            big_integer("found_at"),
        ],
    )
    .await?;
    ddl.index("archive_gap_corp", "archive_gap", &["corp_id", "found_at"])
        .await?;
    ddl.table(
        "archive_row",
        &[],
        vec![
            big_pk_auto("id"),
            ddl.key("corp_id"),
            ddl.key("msgid"),
            big_integer("seq"),
            big_integer("publickey_ver"),
            text_null("encrypt_random_key"),
            text_null("encrypt_chat_msg"),
            text("state"),
            text_null("reason"),
            integer("tries"),
            big_integer("received_at"),
            big_integer("changed_at"),
            big_integer_null("message_id"),
        ],
    )
    .await?;
    ddl.unique("archive_row_msgid", "archive_row", &["corp_id", "msgid"])
        .await?;
    let open = Expr::col("state").is_in(["new", "parked"]);
    ddl.index_where(
        "archive_row_open",
        "archive_row",
        &["corp_id", "state", "id"],
        open,
    )
    .await
}

async fn keys(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "archive_key",
        &["corp_id", "version"],
        vec![
            ddl.key("corp_id"),
            big_integer("version"),
            text("fingerprint"),
            blob("sealed"),
            big_integer("added_at"),
            text("added_by"),
        ],
    )
    .await?;
    ddl.table(
        "corp_key",
        &["corp_id", "number"],
        vec![
            ddl.key("corp_id"),
            integer("number"),
            blob_null("wrapped"),
            big_integer("created_at"),
            big_integer_null("destroyed_at"),
        ],
    )
    .await?;
    ddl.table(
        "index_key",
        &["corp_id"],
        vec![
            ddl.key("corp_id"),
            integer("corp_key_number"),
            blob("wrapped"),
            big_integer("created_at"),
        ],
    )
    .await?;
    ddl.table(
        "conversation_key",
        &["conversation_id", "number"],
        vec![
            big_integer("conversation_id"),
            integer("number"),
            ddl.key("corp_id"),
            integer("corp_key_number"),
            blob_null("wrapped"),
            big_integer("seals"),
            big_integer("created_at"),
            big_integer_null("destroyed_at"),
        ],
    )
    .await?;
    ddl.index(
        "conversation_key_rotation",
        "conversation_key",
        &["corp_id", "corp_key_number", "conversation_id", "number"],
    )
    .await
}

async fn erasure(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "erasure",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("subject_kind"),
            ddl.key("subject_id"),
            text("reason"),
            text("asked_by"),
            big_integer("at"),
            big_integer("messages"),
            big_integer("files"),
        ],
    )
    .await?;
    ddl.index("erasure_corp", "erasure", &["corp_id", "at"])
        .await?;
    ddl.table(
        "erasure_key",
        &["erasure_id", "conversation_id", "number"],
        vec![
            uuid("erasure_id"),
            big_integer("conversation_id"),
            integer("number"),
            ddl.key("corp_id"),
        ],
    )
    .await?;
    Ok(())
}

async fn conversation(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "conversation",
        &["id"],
        vec![
            big_integer("id"),
            ddl.key("corp_id"),
            text("kind"),
            text("channel"),
            ddl.key("subject"),
            big_integer("messages"),
            big_integer("first_at"),
            big_integer("last_at"),
            big_integer("last_id"),
        ],
    )
    .await?;
    ddl.unique(
        "conversation_subject",
        "conversation",
        &["corp_id", "subject"],
    )
    .await?;
    ddl.index(
        "conversation_newest",
        "conversation",
        &["corp_id", "last_id"],
    )
    .await?;
    ddl.table(
        "conversation_person",
        &["corp_id", "person", "conversation_id"],
        vec![
            ddl.key("corp_id"),
            ddl.key("person"),
            big_integer("conversation_id"),
        ],
    )
    .await?;
    ddl.index(
        "conversation_person_conversation",
        "conversation_person",
        &["conversation_id"],
    )
    .await
}

/// By hand, since the databases differ: PostgreSQL has partitions by time (made as they are
/// needed, see `archive/partition.rs`) and a GIN index over the tokens; SQLite has the id as its
/// row id and FTS5.
async fn message(ddl: &Ddl<'_>, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statements: &[&str] = if ddl.is_postgres() {
        &[
            r#"CREATE TABLE "message" (
                "id" bigint NOT NULL,
                "conversation_id" bigint NOT NULL,
                "corp_id" text COLLATE "C" NOT NULL,
                "sender" text COLLATE "C" NOT NULL,
                "sent_at" bigint NOT NULL,
                "seq" bigint NOT NULL,
                "msgid" text COLLATE "C" NOT NULL,
                "kind" text NOT NULL,
                "flags" bigint NOT NULL,
                "key_no" integer NOT NULL,
                "body" bytea NOT NULL,
                "policy" text,
                "expires_at" bigint,
                PRIMARY KEY ("id", "conversation_id")
            ) PARTITION BY RANGE ("id")"#,
            // Bodies are sealed: trying to compress them would cost time for nothing.
            r#"ALTER TABLE "message" ALTER COLUMN "body" SET STORAGE EXTERNAL"#,
            r#"CREATE TABLE "message_index" (
                "id" bigint NOT NULL,
                "conversation_id" bigint NOT NULL,
                "tokens" bigint[] NOT NULL,
                PRIMARY KEY ("id", "conversation_id")
            ) PARTITION BY RANGE ("id")"#,
            // The planner chooses between the GIN index (rare words) and newest first with a
            // filter (common words) by these statistics.
            r#"ALTER TABLE "message_index" ALTER COLUMN "tokens" SET STATISTICS 1000"#,
            // New entries wait in a list (of at most this many kilobytes) that every search reads
            // and the planner reckons with.
            r#"CREATE INDEX "message_index_tokens" ON "message_index" USING gin ("tokens")
                WITH (gin_pending_list_limit = 512)"#,
        ]
    } else {
        &[
            r#"CREATE TABLE "message" (
                "id" integer PRIMARY KEY NOT NULL,
                "conversation_id" bigint NOT NULL,
                "corp_id" text NOT NULL,
                "sender" text NOT NULL,
                "sent_at" bigint NOT NULL,
                "seq" bigint NOT NULL,
                "msgid" text NOT NULL,
                "kind" text NOT NULL,
                "flags" bigint NOT NULL,
                "key_no" integer NOT NULL,
                "body" blob NOT NULL,
                "policy" text,
                "expires_at" bigint
            )"#,
            r#"CREATE VIRTUAL TABLE "message_index" USING fts5(
                tokens, content='', contentless_delete=1, detail=none, tokenize='ascii')"#,
        ]
    };
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    ddl.index(
        "message_conversation",
        "message",
        &["conversation_id", "id"],
    )
    .await?;
    ddl.index_where(
        "message_expiry",
        "message",
        &["corp_id", "expires_at"],
        Expr::col("expires_at").is_not_null(),
    )
    .await?;
    ddl.table(
        "archive_kind",
        &["corp_id", "kind"],
        vec![
            ddl.key("corp_id"),
            ddl.key("kind"),
            boolean("known"),
            big_integer("messages"),
        ],
    )
    .await?;
    ddl.table(
        "message_recall",
        &["corp_id", "msgid"],
        vec![
            ddl.key("corp_id"),
            ddl.key("msgid"),
            big_integer("recalled_by"),
            big_integer("at"),
        ],
    )
    .await
}

async fn media(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "message_media",
        &["message_id", "place"],
        vec![
            big_integer("message_id"),
            integer("place"),
            ddl.key("corp_id"),
            big_integer("conversation_id"),
            integer("key_no"),
            text("kind"),
            blob("file_id"),
            big_integer_null("size"),
            text_null("md5"),
            text("state"),
            text_null("reason"),
            text_null("out_index"),
            big_integer("received"),
            big_integer("deadline"),
            integer("tries"),
            big_integer("next_try_at"),
            blob_null("blob_name"),
            blob_null("blob_key"),
        ],
    )
    .await?;
    ddl.index_where(
        "message_media_waiting",
        "message_media",
        &["corp_id", "deadline", "message_id"],
        Expr::col("state").eq("waiting"),
    )
    .await?;
    ddl.index(
        "message_media_state",
        "message_media",
        &["corp_id", "state", "reason"],
    )
    .await?;
    ddl.index_where(
        "message_media_blob",
        "message_media",
        &["corp_id", "blob_name"],
        Expr::col("blob_name").is_not_null(),
    )
    .await?;
    ddl.table(
        "media_blob",
        &["corp_id", "name"],
        vec![
            ddl.key("corp_id"),
            blob("name"),
            big_integer("size"),
            text("place"),
            big_integer("refs"),
            big_integer("created_at"),
        ],
    )
    .await?;
    ddl.index_where(
        "media_blob_unused",
        "media_blob",
        &["corp_id", "name"],
        Expr::col("refs").eq(0),
    )
    .await
}

async fn rules(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "archive_hold",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("subject_kind"),
            ddl.key("subject_id"),
            text("reason"),
            text("placed_by"),
            big_integer("placed_at"),
            text_null("lifted_by"),
            big_integer_null("lifted_at"),
        ],
    )
    .await?;
    ddl.index(
        "archive_hold_corp",
        "archive_hold",
        &["corp_id", "lifted_at"],
    )
    .await?;
    ddl.table(
        "consent",
        &["corp_id", "userid", "external_userid", "room_id", "at"],
        vec![
            ddl.key("corp_id"),
            ddl.key("userid"),
            ddl.key("external_userid"),
            ddl.key("room_id"),
            big_integer("at"),
            text("status"),
            text("source"),
            big_integer("learned_at"),
        ],
    )
    .await?;
    ddl.index(
        "consent_customer",
        "consent",
        &["corp_id", "external_userid", "at"],
    )
    .await
}
