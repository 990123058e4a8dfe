// Generated from crates/jiebang-server/openapi.json by `npm run client`. Do not edit.

export interface paths {
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every account. */
        get: operations["list_accounts"];
        put?: never;
        /** Makes an account; its password is shown only here. */
        post: operations["create_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes an account. */
        patch: operations["change_account"];
        trace?: never;
    };
    "/api/v1/accounts/{id}/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives an account a new password, shown only here. */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The handovers with rows that wait for two persons, newest first. */
        get: operations["list_approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/decided": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was decided of late, the latest first. */
        get: operations["list_decided_approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the archive is whole, and how long until something is lost. */
        get: operations["show_archive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/consents/{external_userid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a customer said about the archive over time, newest first. */
        get: operations["list_consents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/conversation-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has every conversation go on with a new key, which it is given with its next message. */
        post: operations["renew_all_conversation_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations the reader may read something of, the one with the newest message first. */
        get: operations["list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/conversations/{id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The package, for the reason that was given: a ZIP. */
        get: operations["take_evidence"];
        put?: never;
        /** Gives the reason and says what a package would hold. Wants the password given a short while ago. */
        post: operations["preview_evidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/conversations/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a conversation a new key: what is said from now on is sealed with it. */
        post: operations["renew_conversation_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a part of a conversation. */
        get: operations["read_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/corp-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that wrap those of conversations, oldest first; the last one wraps what is new. */
        get: operations["list_corp_keys"];
        put?: never;
        /**
         * Makes a new corp key. A job wraps every key of a conversation by it and destroys the old one;
         *     no message is sealed again, and reading goes on.
         */
        post: operations["exchange_corp_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Erasures, newest first. */
        get: operations["list_erasures"];
        put?: never;
        /**
         * Erases everything a person takes part in, or a conversation: for good, backups included. Asks
         *     for the password to be given again shortly before.
         */
        post: operations["erase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/erasures/{id}/certificate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificate of an erasure: a JSON file. */
        get: operations["show_certificate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/erasures/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What erasing somebody or a conversation would take away, and what stands against it. */
        get: operations["preview_erasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/evidence-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public half of the key that signs packages, to be compared with what a package holds. */
        get: operations["show_evidence_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/evidence-verifier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page that verifies a package, to be given away by another way than the package: who makes
         *     one up makes its page up as well.
         */
        get: operations["show_evidence_verifier"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Holds, newest first. */
        get: operations["list_holds"];
        put?: never;
        /** Places a hold: nothing it covers is deleted until it is lifted. */
        post: operations["place_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/holds/{id}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lifts a hold. What is over and under no other is deleted. */
        post: operations["lift_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/holds/{id}/released": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What would be deleted at once if the hold were lifted. */
        get: operations["show_released"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The private keys there are, without the keys. */
        get: operations["list_archive_keys"];
        put?: never;
        /** Adds a private key and opens what waited for it. */
        post: operations["add_archive_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/keys/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets a private key. What still comes for it is parked. */
        delete: operations["remove_archive_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is archived, and who serves customers without being so. */
        get: operations["show_roster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/messages/{id}/files/{place}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The content of a file of a message. Answers ranges. */
        get: operations["show_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/nothing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why the reader finds nothing of what a customer or group that was given to it said before. */
        get: operations["explain_nothing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/parked/known": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes messages that are parked for a reason for known: no alarm until another one comes. */
        post: operations["know_parked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/parked/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has messages that are parked for a reason opened again. */
        post: operations["retry_parked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of the policy, newest first. */
        get: operations["list_archive_policies"];
        put?: never;
        /** Saves a policy as a new version. It is not in force by that. */
        post: operations["save_archive_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A version of the policy, with what its last simulation says. */
        get: operations["show_archive_policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/policies/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a version in force, for what comes and for what is stored. It must have been simulated. */
        post: operations["activate_archive_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/policies/{id}/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Counts what a version would do to everything that is stored. */
        post: operations["simulate_archive_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/pull": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks WeCom for what is new at once. */
        post: operations["pull_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reason": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The reason for which one reads other people's conversations now. */
        get: operations["show_reading_reason"];
        put?: never;
        /**
         * Says why one is going to read other people's conversations. Counts for an hour; every
         *     conversation read meanwhile is in the audit log with it.
         */
        post: operations["give_reading_reason"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Samples, newest first. */
        get: operations["list_reviews"];
        put?: never;
        /** Draws a sample and opens its queue. */
        post: operations["make_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A sample. */
        get: operations["show_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A sample's items as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet. */
        get: operations["export_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/export.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A sample's items as XLSX. */
        get: operations["export_review_xlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Items of a sample that one may review, by number. */
        get: operations["list_review_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items/{number}/course": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The way of a finding, from the sample to how the members went on. */
        get: operations["show_review_course"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items/{number}/handling": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what is done about what was found. */
        post: operations["handle_review_item"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items/{number}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The messages of an item that one has or that is closed. The sample is the reason for which
         *     they are read.
         */
        get: operations["read_review_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items/{number}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens an item: takes one that is free, shows one that is closed. */
        post: operations["open_review_item"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items/{number}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a closed item again. */
        post: operations["reopen_review_item"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/items/{number}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what was found. One whose messages are gone meanwhile is answered as `gone`. */
        post: operations["judge_review_item"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hands out the next item; for a quarter of an hour from the last look at it nobody else gets it.
         *     Another item that one has is let go.
         */
        post: operations["next_review_item"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a sample covered, what was found in it, and how fast it went. */
        get: operations["report_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells what would be drawn, of how much. */
        post: operations["preview_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/reviews/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same over all samples, of the conversation days of a period. */
        get: operations["report_reviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds messages in everything the reader may read. */
        post: operations["search_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the audit log, newest first. */
        get: operations["list_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Derives the chain of hashes anew and compares. */
        get: operations["verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/case-owners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who can see to a case. */
        get: operations["list_case_owners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/case-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The checklists by role. */
        get: operations["list_case_templates"];
        /** Writes all checklists anew. Cases that are open keep theirs. */
        put: operations["put_case_templates"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cases, the latest first. */
        get: operations["list_cases"];
        put?: never;
        /** Opens a case for somebody by hand. */
        post: operations["open_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A case with its checklist, comments and handovers. */
        get: operations["show_case"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes who sees to a case and when it is due. */
        patch: operations["change_case"];
        trace?: never;
    };
    "/api/v1/cases/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Closes a case in which nothing mandatory is open. */
        post: operations["close_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes a comment. */
        post: operations["comment_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/items/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Ticks an item, or changes its note, deadline or owner. */
        patch: operations["change_case_item"];
        trace?: never;
    };
    "/api/v1/cases/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a closed case again. */
        post: operations["reopen_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contact-ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Contact ways and acquisition links of the corp. */
        get: operations["list_contact_ways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customer-profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes what the company knows of customers beyond WeCom. */
        post: operations["put_customer_profiles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers within the departments of the reader. */
        get: operations["list_customers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{external_userid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A customer with everybody who serves or served it. */
        get: operations["show_customer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{external_userid}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that happened to a customer, the latest first. */
        get: operations["show_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet. */
        get: operations["export_customers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/export.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers as XLSX. */
        get: operations["export_customers_xlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Departments within the reader's scope. */
        get: operations["list_departments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Members who hold customers or groups, with what would be lost if they left today. */
        get: operations["list_departures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departures/{userid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one member's leaving would mean. */
        get: operations["show_departure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departures/{userid}/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A member's customers whom nobody else knows, or of whom nothing is written down. */
        get: operations["list_exposed_customers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departures/{userid}/notice-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who should be moved in service, on which day, and who after leaving. Nothing is kept. */
        post: operations["plan_notice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departures/{userid}/notice-plan/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a draft in service for each day of the plan. Nothing is started. */
        post: operations["draft_notice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departures/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same list as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet. */
        get: operations["export_departures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the last connection check found. */
        get: operations["show_doctor"];
        put?: never;
        /** Checks the connection to WeCom. */
        post: operations["run_doctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/first-contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** First contacts that successors owe or have made, the one due first at first. */
        get: operations["list_first_contacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Handovers, newest first. */
        get: operations["list_handovers"];
        put?: never;
        /** Plans a handover and keeps it as a draft. */
        post: operations["plan_handover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A handover. */
        get: operations["show_handover"];
        /** Plans a draft anew; `version` must be the present one. */
        put: operations["change_handover"];
        post?: never;
        /** Deletes a draft. */
        delete: operations["delete_handover"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is asked of a handover, and what was said. */
        get: operations["show_approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says yes. The second yes lets the rows go on, which cannot be undone. */
        post: operations["approve_rows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops what is not submitted yet; the rest is followed to its end. */
        post: operations["cancel_handover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/contact-ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a handover did to contact ways, counted. */
        get: operations["count_contact_ways_of_handover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says no, which ends the rows. */
        post: operations["decline_rows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: `progress` with the data of `Progress`, at first and on every change. */
        get: operations["watch_handover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet. */
        get: operations["export_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/export.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows as XLSX. */
        get: operations["export_rows_xlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes the same remark for many rows: by number, or every row a filter lets through. */
        post: operations["write_notes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The record with what happened to many rows in the same minute as one line, newest first. */
        get: operations["list_record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/record.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The record as CSV, newest step first. */
        get: operations["export_record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/record.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The record as XLSX, newest step first. */
        get: operations["export_record_xlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/record/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the record can be filtered by. */
        get: operations["show_record_values"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries ended rows again, perhaps with another successor. */
        post: operations["retry_rows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows of a handover. */
        get: operations["list_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/rows/{row_no}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A row and how we know where it stands. */
        get: operations["show_row"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/rows/{row_no}/note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Writes the remark for the successor of one row; an empty one takes it away. */
        put: operations["write_row_note"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Carries a draft out. Cannot be undone. */
        post: operations["start_handover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was done and learned, newest first. */
        get: operations["list_steps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plans one draft per successor that moves back what this handover moved and the successor
         *     still has. Only if the leaver is an active member again. Nothing is started.
         */
        post: operations["undo_handover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/{id}/withdraw-approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes one's yes back, as long as the second one is missing. */
        post: operations["withdraw_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a handover would do, without keeping it. */
        post: operations["preview_handover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/preview-message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the customers of each successor would read. */
        post: operations["preview_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handovers/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plans a handover and carries it out at once, if it is still what the preview told. Cannot be
         *     undone.
         */
        post: operations["run_handover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, newest first. */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Members whose customers or groups wait, or were handed over. */
        get: operations["list_leavers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers/{userid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A leaver and what its customers are like. */
        get: operations["show_leaver"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers/{userid}/contact-ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Contact ways that name a leaver, what would become of them, and what has. */
        get: operations["show_contact_ways_of_leaver"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers/{userid}/contact-ways/by-hand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ticks something WeCom lets nobody change by API, or takes the tick back. */
        post: operations["tick_by_hand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers/{userid}/contact-ways/point": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Points a leaver's contact ways to others. */
        post: operations["point_contact_ways"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers/{userid}/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers of a leaver. */
        get: operations["list_customers_of_leaver"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leavers/{userid}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups of a leaver. */
        get: operations["list_groups_of_leaver"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Members, also those who left. */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Saved texts, oldest first. */
        get: operations["list_templates"];
        put?: never;
        /** Saves a text. */
        post: operations["create_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes a saved text. */
        put: operations["change_template"];
        post?: never;
        /** Deletes a saved text. */
        delete: operations["delete_template"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/my/handovers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers that were handed over to the reader. */
        get: operations["list_my_customers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/my/handovers/{id}/{row_no}/contacted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that a customer was contacted. Said again, it changes nothing. */
        post: operations["mark_contact"];
        /** Takes back that a customer was contacted. */
        delete: operations["take_contact_back"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orphans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers of leavers that nobody took and nobody follows, by id. */
        get: operations["list_orphans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orphans/{external_userid}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Settles a customer that nobody took, with a reason. */
        post: operations["settle_orphan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outcome": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retention at 7, 30 and 90 days by leaver, successor or rule, and what became of the rows. */
        get: operations["show_outcome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outcome/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The customers behind the counts as CSV: UTF-8 with byte order mark, safe to open in a
         *     spreadsheet.
         */
        get: operations["export_outcome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for the administrator, and how things stand. */
        get: operations["show_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rule sets in use, in their order, each in its latest version. */
        get: operations["list_rule_sets"];
        put?: never;
        /** Saves a new rule set. */
        post: operations["create_rule_set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-sets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A rule set in all its versions, the latest first. */
        get: operations["show_rule_set"];
        /** Saves the next version; `version` must be the present one. */
        put: operations["save_rule_set"];
        post?: never;
        /** Puts a rule set away. Handovers planned with it keep their rules. */
        delete: operations["archive_rule_set"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-sets/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Puts the rule sets in another order. */
        put: operations["order_rule_sets"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: operations["show_session"];
        put?: never;
        /** Signs in; the session is in the cookie of the answer. */
        post: operations["sign_in"];
        /** Signs out. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes one's own password; ends one's other sessions. */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives one's password again, as acts that cannot be undone ask for. */
        post: operations["step_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/wecom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to sign in by WeCom's QR code. */
        get: operations["show_wecom_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/wecom/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where WeCom sends the browser back to. */
        get: operations["finish_wecom_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policy. */
        get: operations["show_approval_policy"];
        /** Changes the policy. Drafts that were planned before have to be planned anew. */
        put: operations["change_approval_policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/planning": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What plans are made by. */
        get: operations["show_planning_settings"];
        /** Changes what plans are made by. */
        put: operations["change_planning_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/wecom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The connection to WeCom, without its secrets. */
        get: operations["show_wecom_settings"];
        /** Changes the connection and connects again. */
        put: operations["change_wecom_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts reading the corp; the run under way if there is one. */
        post: operations["start_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: `progress` with the data of `SyncRun`, at first and on every change. */
        get: operations["watch_sync"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs, newest first. */
        get: operations["list_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Corp tags by group. */
        get: operations["list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Those who serve customers, with what is known of them as successors. */
        get: operations["list_team"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/team/{userid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Writes what is known of a member. */
        put: operations["put_member_profile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            /** Format: int64 */
            created_at: number;
            /** @description The account reaches these and those below them; the whole corp if empty. */
            departments: number[];
            disabled: boolean;
            /** Format: uuid */
            id: string;
            /**
             * Format: int64
             * @description Locked by failed sign-ins until then.
             */
            locked_until: number | null;
            login: string;
            must_change_password: boolean;
            name: string;
            role: components["schemas"]["RoleName"];
            /** @description The member it belongs to. */
            userid: string | null;
        };
        /** @description What is to be changed; absent fields stay as they are. */
        AccountChange: {
            departments?: number[] | null;
            disabled?: boolean | null;
            name?: string | null;
            role?: components["schemas"]["RoleName"] | null;
            /** @description An empty text unbinds the account. */
            userid?: string | null;
        };
        /** @description A new account and its password, which is shown only here. */
        AccountCreated: {
            account: components["schemas"]["Account"];
            password: string;
        };
        AccountInput: {
            departments?: number[];
            /** @description 1 to 64 characters, the same in any case. */
            login: string;
            name: string;
            role: components["schemas"]["RoleName"];
            userid?: string | null;
        };
        /** @enum {string} */
        ActName: "overview.view" | "directory.view" | "leaver.view" | "customer.view" | "handover.view" | "handover.plan" | "handover.execute" | "handover.approve" | "handover.export" | "rule.view" | "rule.manage" | "team.view" | "team.manage" | "contact_way.view" | "case.view" | "case.manage" | "departure.view" | "outcome.view" | "archive.status" | "archive.keeping" | "archive.manage" | "archive.read" | "archive.review" | "archive.evidence" | "sync.view" | "sync.run" | "settings.view" | "settings.change" | "doctor.run" | "account.manage" | "audit.view" | "job.view" | "my.view";
        AddWayCount: {
            /** Format: int64 */
            add_way: number;
            /** Format: int64 */
            count: number;
        };
        /** @description Which rows need approval, and who is tried after a refusal. */
        ApprovalPolicy: {
            next_successor: components["schemas"]["NextSuccessor"];
            /** @description So does what would use the last in-service transfer of 90 days. */
            second_transfer: boolean;
            /**
             * Format: int32
             * @description Most members tried for one row after the planned one.
             */
            tries: number;
            /** @description Customers that meet one of these need approval. */
            vip: components["schemas"]["Condition"][];
        };
        /** @description What two persons are asked, and how far that has come. */
        Approvals: {
            /** @description Those who said yes to these rows: `account:<id>`. */
            approved_by: string[];
            /** @description Names the rows that wait; to be given back with a vote. */
            digest: string;
            /** Format: uuid */
            handover: string;
            leaver: string;
            leaver_name: string;
            /** @description Who planned, and who planned or put rows back last: `account:<id>`. */
            makers: string[];
            /** @description Whether whoever asks could say yes or no now. */
            may_vote: boolean;
            /**
             * Format: int64
             * @description How many different persons have to say yes.
             */
            needed: number;
            rows: components["schemas"]["AskedRow"][];
            state: components["schemas"]["HandoverState"];
            /** @description Every vote there ever was, oldest first. */
            votes: components["schemas"]["Vote"][];
        };
        /** @description Which messages a rule is for: each list of alternatives, an empty one for all. */
        ArchiveCondition: {
            /** @default [] */
            channels?: components["schemas"]["ChannelName"][];
            /**
             * @description `wechat` or `wecom`.
             * @default []
             */
            customer_types?: string[];
            /**
             * @description Departments of a member who takes part; those below are meant too.
             * @default []
             */
            departments?: number[];
            /**
             * @description Positions of a member who takes part.
             * @default []
             */
            levels?: string[];
            /**
             * @description Ids of corp tags of a customer who takes part.
             * @default []
             */
            tags?: string[];
        };
        /** @description What a customer said about the archive from a moment on. */
        ArchiveConsent: {
            /**
             * Format: int64
             * @description 0: since ever.
             */
            at: number;
            external_userid: string;
            /** Format: int64 */
            learned_at: number;
            /** @description Empty for two people. */
            room_id: string;
            /** @description `message`: WeCom delivered it; `check`: WeCom was asked. */
            source: string;
            status: components["schemas"]["ConsentStatus"];
            /** @description The member it was said to; empty for a room. */
            userid: string;
        };
        /** @description A time of which messages are lost. */
        ArchiveGap: {
            /** Format: int64 */
            found_at: number;
            /** Format: int64 */
            from: number;
            /** Format: int64 */
            to: number;
        };
        /** @description A private key of the archive; never the key itself. */
        ArchiveKey: {
            /** Format: int64 */
            added_at: number;
            /** @description `account:<id>` or `operator`. */
            added_by: string;
            /** @description SHA-256 of the public half in DER, hex. */
            fingerprint: string;
            /**
             * Format: int64
             * @description Rows that wait and were sealed for this version.
             */
            parked: number;
            /**
             * Format: int32
             * @description The number WeCom shows beside the public key.
             */
            version: number;
        };
        ArchiveKeyInput: {
            /** @description PEM, PKCS#8 or PKCS#1, without a password. */
            private_key: string;
            /** Format: int32 */
            version: number;
        };
        /** @description Somebody in a conversation. */
        ArchivePerson: {
            id: string;
            kind: components["schemas"]["PersonKindName"];
            /** @description Empty if nobody is known by that id. */
            name: string;
        };
        /** @description A version of the archive's policy. */
        ArchivePolicy: {
            /** Format: int64 */
            activated_at: number | null;
            activated_by: string | null;
            /** @description Of the account, if one did. */
            activated_by_name: string | null;
            /** Format: uuid */
            id: string;
            /** @description It is in force. */
            is_active: boolean;
            /** @description It is in force, and not yet applied to everything that is stored. */
            is_being_applied: boolean;
            name: string;
            policy: components["schemas"]["ArchiveRules"];
            /** Format: int64 */
            saved_at: number;
            /** @description `account:<id>` or `operator`. */
            saved_by: string;
            /** @description Of the account, if one did. */
            saved_by_name: string | null;
            simulation: components["schemas"]["PolicySimulation"] | null;
            /** Format: int32 */
            version: number;
        };
        ArchivePolicyInput: {
            name: string;
            policy: components["schemas"]["ArchiveRules"];
        };
        /** @description A customer who refuses the archive now. */
        ArchiveRefusal: {
            external_userid: string;
            /** Format: int64 */
            since: number;
        };
        /** @description Who is archived (存档生效成员). */
        ArchiveRoster: {
            /**
             * Format: int64
             * @description Members of the whole corp who are archived.
             */
            archived: number;
            /**
             * Format: int64
             * @description When WeCom last told it, Unix seconds; absent before it did.
             */
            asked_at: number | null;
            /** @description The first 200 of them, those with the most customers first. */
            first: components["schemas"]["UnarchivedMember"][];
            /**
             * Format: int64
             * @description The errcode with which WeCom refuses to tell it since.
             */
            refused: number | null;
            /**
             * Format: int64
             * @description Members with customers who are not, as far as the account reaches.
             */
            unarchived: number;
        };
        ArchiveRule: {
            name: string;
            then: components["schemas"]["Treatment"];
            when?: components["schemas"]["ArchiveCondition"];
        };
        /** @description Rules in order; the first that fits decides. */
        ArchiveRules: {
            default: components["schemas"]["Treatment"];
            rules?: components["schemas"]["ArchiveRule"][];
        };
        /** @enum {string} */
        ArchiveStanding: "off" | "not_started" | "current" | "behind" | "urgent" | "losing";
        /** @description Whether the archive is whole. Moments are Unix seconds. */
        ArchiveStatus: {
            /**
             * Format: int64
             * @description When WeCom last had nothing more.
             */
            caught_up_at: number | null;
            files: components["schemas"]["FilesOfState"][];
            /** Format: int64 */
            first_pull_at: number | null;
            gaps: components["schemas"]["ArchiveGap"][];
            /**
             * Format: int64
             * @description Numbers between rows that no row had. They are normal, and no losses.
             */
            holes: number;
            /**
             * Format: int64
             * @description Hours until the oldest message that may not be here is lost at WeCom.
             */
            hours_left: number | null;
            kinds: components["schemas"]["MessageKind"][];
            /** @description `archive.failure.CODE` in the catalogue, or a number of WeCom's. */
            last_error: string | null;
            /** Format: int64 */
            last_error_at: number | null;
            /** Format: int64 */
            last_page_at: number | null;
            /** @description Rows that were done without a message. */
            left_out: components["schemas"]["LeftOutRows"][];
            library: components["schemas"]["LibraryHealth"] | null;
            library_set: boolean;
            /**
             * Format: int64
             * @description Messages ever stored.
             */
            messages: number;
            /**
             * Format: int64
             * @description Rows that wait to be opened.
             */
            new_rows: number;
            /** Format: int64 */
            oldest_new: number | null;
            parked: components["schemas"]["ParkedRows"][];
            retention: components["schemas"]["RetentionRun"] | null;
            /**
             * Format: int64
             * @description Rows that were delivered, each once, and those that came again.
             */
            rows: number;
            /** Format: int64 */
            rows_again: number;
            secret_set: boolean;
            standing: components["schemas"]["ArchiveStanding"];
        };
        /** @description What a hold or an erasure is about. */
        ArchiveSubject: {
            /** @description Of the member, customer or conversation; empty for the corp. */
            id?: string;
            of: components["schemas"]["ArchiveSubjectKind"];
        };
        /** @enum {string} */
        ArchiveSubjectKind: "corp" | "person" | "conversation";
        /** @description A row that waits. */
        AskedRow: {
            name: string;
            /** Format: int64 */
            row_no: number;
            subject_id: string;
            subject_kind: components["schemas"]["SubjectKind"];
            successor: string | null;
            successor_name: string | null;
            why: components["schemas"]["AskedWhy"][];
        };
        /** @description Why a row needs approval. */
        AskedWhy: {
            /**
             * Format: int64
             * @description Place of the rule that says the customer is important, from 0.
             */
            rule: number | null;
            why: components["schemas"]["WhyName"];
        };
        /** @description How customers are shared out. */
        Assignment: {
            /** @enum {string} */
            mode: "one";
            to: string;
        } | {
            /** @enum {string} */
            mode: "evenly";
            to: string[];
        } | {
            /** @enum {string} */
            mode: "rules";
            otherwise?: string[] | null;
            rules: components["schemas"]["Rule"][];
        } | {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            mode: "rule_set";
        };
        AuditActor: {
            id: string;
            /** @description `account`, `operator` or `system`. */
            kind: string;
            /** @description As far as it is known today. */
            name: string | null;
        };
        /** @description One entry. */
        AuditEntry: {
            act: string;
            actor: components["schemas"]["AuditActor"];
            /** Format: int64 */
            at: number;
            detail: Record<string, never>;
            /** @description SHA-256 of the entry, hexadecimal. */
            leaf_hash: string;
            object: components["schemas"]["AuditObject"];
            outcome: string;
            /** @description Names and addresses the entry is about; absent once erased. */
            personal: Record<string, never> | null;
            /** Format: int64 */
            seq: number;
        };
        AuditObject: {
            id: string;
            kind: string;
        };
        /** @description Whether the chain of hashes holds. */
        AuditVerification: {
            /** Format: int64 */
            entries: number;
            /**
             * @description `missing`, `changed`, `personal_changed`, `not_in_chain`, `beyond_head` or
             *     `head_changed`.
             */
            fault: string | null;
            /** Format: int64 */
            first_bad_seq: number | null;
            ok: boolean;
        };
        ByHandInput: {
            done: boolean;
            item: string;
        };
        /** @description Something WeCom lets nobody change by API. */
        ByHandItem: {
            /** Format: int64 */
            done_at: number | null;
            done_by: string | null;
            /** @description Texts under `contact_way.by_hand.ITEM`. */
            item: string;
        };
        CallbackSettings: {
            aes_key_set: boolean;
            token_set: boolean;
            /** @description The URL to enter at WeCom. */
            url: string | null;
        };
        /** @enum {string} */
        CarryState: "none" | "pending" | "done" | "failed" | "partial";
        Case: components["schemas"]["CaseSummary"] & {
            /**
             * Format: int64
             * @description Accounts that can sign in, and their open sessions.
             */
            access: number;
            /**
             * @description The lists were read since the case was opened or the member left; before that, nothing can
             *     be taken as handed over.
             */
            assets_known: boolean;
            comments: components["schemas"]["CaseComment"][];
            /**
             * Format: int64
             * @description What waits now.
             */
            customers_waiting: number;
            /** Format: int64 */
            groups_waiting: number;
            handovers: components["schemas"]["HandoverSummary"][];
            /** @description The member is in the corp and active again: the case can be closed as it is. */
            is_back: boolean;
            items: components["schemas"]["CaseItem"][];
        };
        /** @description What is to be changed of a case; absent fields stay. */
        CaseChange: {
            /** Format: int64 */
            due_at?: number | null;
            /** @description Id of the account that sees to it; an empty text: nobody. */
            owner?: string | null;
        };
        CaseClosing: {
            /** @description How it ended; needed where mandatory items are open because the member is back. */
            closing?: string;
        };
        CaseComment: {
            /** Format: int64 */
            at: number;
            body: string;
            by: string;
            by_name: string | null;
            /** Format: uuid */
            id: string;
        };
        CaseCommentInput: {
            body: string;
        };
        /** @description Whose case is to be opened. */
        CaseInput: {
            userid: string;
        };
        CaseItem: {
            /** Format: int64 */
            done_at: number | null;
            done_by: string | null;
            done_by_name: string | null;
            /** Format: int64 */
            due_at: number;
            is_done: boolean;
            is_overdue: boolean;
            /** @description All but `manual` are done by the facts. */
            kind: components["schemas"]["CaseItemKind"];
            mandatory: boolean;
            note: string;
            /** Format: int64 */
            number: number;
            /** Format: uuid */
            owner: string | null;
            owner_name: string | null;
            title: string;
        };
        /** @description What is to be changed of an item; absent fields stay. */
        CaseItemChange: {
            done?: boolean | null;
            /** Format: int64 */
            due_at?: number | null;
            note?: string | null;
            /** @description Id of the account that sees to it; an empty text: nobody. */
            owner?: string | null;
        };
        /** @enum {string} */
        CaseItemKind: "manual" | "customers_handed_over" | "groups_handed_over" | "access_ended";
        CaseOwner: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description Accounts that can see to a case. */
        CaseOwners: {
            items: components["schemas"]["CaseOwner"][];
        };
        /** @enum {string} */
        CaseReason: "left" | "disabled" | "manual";
        /** @enum {string} */
        CaseState: "open" | "closed";
        /** @description A case in a list. */
        CaseSummary: {
            /** Format: int64 */
            closed_at: number | null;
            closed_by: string | null;
            closing: string;
            /**
             * Format: int64
             * @description What the member had when it was opened.
             */
            customers: number;
            /** Format: int64 */
            due_at: number;
            /** Format: int64 */
            groups: number;
            /** Format: uuid */
            id: string;
            /**
             * Format: int64
             * @description Mandatory items that are open: they keep it from being closed.
             */
            items_blocking: number;
            /** Format: int64 */
            items_done: number;
            /** Format: int64 */
            items_overdue: number;
            /** Format: int64 */
            items_total: number;
            name: string;
            /** Format: int64 */
            opened_at: number;
            opened_by: string;
            /** Format: uuid */
            owner: string | null;
            owner_name: string | null;
            reason: components["schemas"]["CaseReason"];
            state: components["schemas"]["CaseState"];
            /** @description Name of the checklist it was opened with. */
            template: string;
            userid: string;
        };
        CaseTemplate: {
            items: components["schemas"]["CaseTemplateItem"][];
            name: string;
            /** @description Members whose position holds one of these texts; all others where there is none. */
            positions: string[];
        };
        CaseTemplateItem: {
            /**
             * Format: int64
             * @description Days after the opening by which it is due.
             */
            due_days: number;
            kind: components["schemas"]["CaseItemKind"];
            mandatory: boolean;
            title: string;
        };
        /** @description The checklists by role, the first that fits is taken. */
        CaseTemplates: {
            templates: components["schemas"]["CaseTemplate"][];
        };
        /** @enum {string} */
        ChannelName: "internal" | "external" | "updown";
        /** @enum {string} */
        CheckState: "ok" | "warning" | "failed" | "skipped";
        /**
         * @description Conditions that all must hold; an empty one holds for everybody. A condition on something
         *     that is not known of a customer does not hold.
         */
        Condition: {
            /**
             * @description WeCom's numbers for how the customer was added.
             * @default []
             */
            add_ways?: number[];
            /**
             * Format: int64
             * @description Added at this moment or later.
             * @default null
             */
            added_after?: number | null;
            /**
             * Format: int64
             * @description Added before this moment.
             * @default null
             */
            added_before?: number | null;
            /**
             * @description Types of business or products.
             * @default []
             */
            business?: string[];
            /**
             * @description Fields of the company's own: each must have one of its values.
             * @default {}
             */
            fields?: {
                [key: string]: string[];
            };
            /**
             * @description In at least one of these groups.
             * @default []
             */
            groups_any?: string[];
            /**
             * Format: int64
             * @description Last in contact at this moment or later.
             * @default null
             */
            last_contact_after?: number | null;
            /**
             * Format: int64
             * @description Last in contact before this moment.
             * @default null
             */
            last_contact_before?: number | null;
            /**
             * Format: int64
             * @default null
             */
            messages_max?: number | null;
            /**
             * Format: int64
             * @default null
             */
            messages_min?: number | null;
            /**
             * @description One of these customers; anybody when absent.
             * @default null
             */
            only?: string[] | null;
            /** @default [] */
            regions?: string[];
            /**
             * @description Has every one of these tags.
             * @default []
             */
            tags_all?: string[];
            /**
             * @description Has at least one of these tags.
             * @default []
             */
            tags_any?: string[];
            /**
             * @description Has none of these tags.
             * @default []
             */
            tags_none?: string[];
            /**
             * Format: int64
             * @default null
             */
            value_max?: number | null;
            /**
             * Format: int64
             * @default null
             */
            value_min?: number | null;
        };
        /** @enum {string} */
        ConsentStatus: "agree" | "default_agree" | "disagree";
        /** @enum {string} */
        ContactStateName: "open" | "overdue" | "contacted";
        /** @description A contact way (联系我) or acquisition link (获客链接). */
        ContactWay: {
            /** @description The channel parameter (`state` at WeCom). */
            channel: string;
            /** @description Names of departments it leads to. */
            departments: string[];
            kind: components["schemas"]["ContactWayKind"];
            members: components["schemas"]["NamedMember"][];
            /** @description A code's remark, a link's name. */
            name: string;
            /**
             * Format: int64
             * @description When it was read at WeCom.
             */
            read_at: number;
            /** @description Leads to one member and no more. */
            single: boolean;
            /** @description `config_id` or `link_id` at WeCom. */
            way_id: string;
        };
        /** @description Who takes the leaver's place in a way. */
        ContactWayChoice: {
            kind: components["schemas"]["ContactWayKind"];
            /** @description Userids. */
            members: string[];
            way_id: string;
        };
        /** @enum {string} */
        ContactWayKind: "code" | "link";
        /** @description A change of a way. */
        ContactWayMove: {
            /** @description Parts that differ besides the members. */
            changed: string[];
            /** Format: int64 */
            created_at: number;
            /** Format: int64 */
            ended_at: number | null;
            /**
             * Format: int32
             * @description WeCom's code, where it refused.
             */
            errcode: number | null;
            /** Format: uuid */
            handover_id: string | null;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["ContactWayKind"];
            members_after: components["schemas"]["NamedMember"][];
            members_before: components["schemas"]["NamedMember"][];
            name: string;
            state: components["schemas"]["ContactWayMoveState"];
            way_id: string;
        };
        /** @enum {string} */
        ContactWayMoveState: "planned" | "intended" | "unsure" | "done" | "elsewhere" | "unneeded" | "gone" | "nobody" | "by_hand" | "failed";
        ContactWayOfLeaver: {
            last: components["schemas"]["ContactWayMove"] | null;
            proposal: components["schemas"]["ContactWayProposal"];
            way: components["schemas"]["ContactWay"];
        };
        /** @description What would become of a way. */
        ContactWayProposal: {
            /** @description Who would be named; empty with `nobody`, and where only departments are left. */
            members: components["schemas"]["NamedMember"][];
            /** @description Nobody can take it: somebody has to be chosen. */
            nobody: boolean;
        };
        /** @description A conversation. */
        Conversation: {
            channel: components["schemas"]["ChannelName"];
            /**
             * Format: int64
             * @description Milliseconds.
             */
            first_at: number;
            id: string;
            /** @description Whether a standing hold covers it. */
            is_held: boolean;
            /** @description Whether the reader takes part. */
            is_own: boolean;
            kind: components["schemas"]["ConversationKind"];
            /** Format: int64 */
            last_at: number;
            /** Format: int64 */
            messages: number;
            /** @description The room's name; empty for two people, and where it is not known. */
            name: string;
            people: components["schemas"]["ArchivePerson"][];
            /** @description The customers who refuse the archive now. */
            refusals: components["schemas"]["ArchiveRefusal"][];
            room: string | null;
            /** @description What the facet `conversation` calls it. */
            subject: string;
        };
        /** @enum {string} */
        ConversationKind: "single" | "room";
        /** @description A key that wraps those of conversations; never the key itself. */
        CorpKey: {
            /** Format: int64 */
            created_at: number;
            /** Format: int32 */
            number: number;
            /**
             * Format: int64
             * @description Keys of conversations it wraps still.
             */
            wraps: number;
        };
        /** @description Rows of a handover by what they are and where they stand. */
        Counts: {
            /** Format: int64 */
            awaiting_approval: number;
            /** Format: int64 */
            blocked: number;
            /** Format: int64 */
            cancelled: number;
            /** Format: int64 */
            carried: number;
            /** Format: int64 */
            carry_failed: number;
            /** Format: int64 */
            carry_pending: number;
            /** Format: int64 */
            customers: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            full: number;
            /** Format: int64 */
            groups: number;
            /** Format: int64 */
            intended: number;
            /** Format: int64 */
            no_relation: number;
            /** Format: int64 */
            planned: number;
            /** Format: int64 */
            postponed: number;
            /** Format: int64 */
            refused: number;
            /** Format: int64 */
            taken_over: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            unassigned: number;
            /** Format: int64 */
            unsure: number;
            /** Format: int64 */
            waiting: number;
        };
        /** @description The reason that counts now, if one was given and is asked for. */
        CurrentReason: {
            current: components["schemas"]["ReadingReason"] | null;
        };
        /** @description A customer in a list. */
        Customer: {
            /** @description Where a WeCom user works; empty for WeChat users. */
            corp_name: string;
            external_userid: string;
            /** @description Who serves it now. */
            members: components["schemas"]["MemberName"][];
            name: string;
            /**
             * Format: int64
             * @description How often a handover has passed it on.
             */
            passed_on: number;
            state: components["schemas"]["StandingName"];
            tags: components["schemas"]["TagName"][];
        };
        /** @description Which customers are meant: those that meet the filter. */
        CustomerChoice: {
            filter?: components["schemas"]["Condition"];
        };
        /** @description A customer with everybody who serves or served it. */
        CustomerDetail: {
            corp_name: string;
            external_userid: string;
            /** Format: int64 */
            first_seen_at: number | null;
            groups: components["schemas"]["GroupOfCustomer"][];
            /** @description The newest first. */
            handovers: components["schemas"]["HandoverOfCustomer"][];
            name: string;
            position: string;
            /** @description The oldest first. */
            relations: components["schemas"]["Relation"][];
            state: components["schemas"]["StandingName"];
        };
        CustomerGroup: {
            chat_id: string;
            /** Format: int64 */
            created_at: number;
            /**
             * Format: int64
             * @description Of these, customers.
             */
            customers: number;
            /** Format: int64 */
            members: number;
            name: string;
            /**
             * Format: int64
             * @description 0 followed, 1 owner left, 2 being inherited, 3 inherited.
             */
            status: number;
        };
        /** @description A customer of a leaver. */
        CustomerOfLeaver: {
            /** Format: int64 */
            add_way: number | null;
            /** Format: int64 */
            added_at: number | null;
            external_userid: string;
            name: string;
            /**
             * Format: int64
             * @description Other members that follow the customer.
             */
            other_followers: number;
            region: string | null;
            remark: string;
            tags: components["schemas"]["TagName"][];
        };
        CustomerProfile: {
            external_userid: string;
            /** @description Fields of the company's own; `language` counts for affinity. */
            fields?: {
                [key: string]: string;
            };
            /** Format: int64 */
            last_contact?: number | null;
            /**
             * Format: int64
             * @description Messages exchanged, in any period.
             */
            messages?: number | null;
            /**
             * Format: int64
             * @description What the customer is worth, in any unit.
             */
            value?: number | null;
        };
        /** @description What the company knows of customers; each in place of what was known before. */
        CustomerProfiles: {
            items: components["schemas"]["CustomerProfile"][];
        };
        CustomerProfilesDone: {
            /** Format: int64 */
            written: number;
        };
        /** @description Rows of a handover that were decided. */
        Decided: {
            /**
             * Format: int64
             * @description When the last word fell.
             */
            at: number;
            decision: components["schemas"]["VoteDecision"];
            /** Format: uuid */
            handover: string;
            leaver: string;
            leaver_name: string;
            /** @description What was said, oldest first. */
            votes: components["schemas"]["Vote"][];
        };
        Department: {
            /** Format: int64 */
            id: number;
            /** @description Userids. */
            leaders: string[];
            /** Format: int64 */
            members: number;
            name: string;
            /** Format: int64 */
            parent_id: number;
        };
        /** @description What a member's leaving would mean today. */
        Departure: {
            /** Format: int64 */
            customers: number;
            department_names: string[];
            /** Format: int64 */
            groups: number;
            name: string;
            position: string;
            /**
             * Format: double
             * @description Hygiene, 0 to 100: 30 points for a remark, 30 for a description, 30 for a corp tag, 10
             *     for a phone number, averaged over the customers. Absent without customers.
             */
            score: number | null;
            /**
             * Format: int64
             * @description Customers that no other member in the corp follows.
             */
            single_owner: number;
            /**
             * Format: int64
             * @description Customers with neither a remark nor a corp tag.
             */
            undocumented: number;
            userid: string;
            /**
             * Format: int64
             * @description With a description.
             */
            with_note: number;
            /** Format: int64 */
            with_phone: number;
            /** Format: int64 */
            with_remark: number;
            /** Format: int64 */
            with_tag: number;
        };
        DestroyedKey: {
            conversation: string;
            /** Format: int32 */
            number: number;
            /** @description SHA-256 of the key as it was wrapped, hex. */
            sha256: string;
        };
        DoctorLine: {
            /**
             * @description `corp_id`, `app_secret`, `trusted_ip`, `callable_api_list`, `contacts_secret`,
             *     `visible_range`, `customer_contact_members`, `callback`, `callback_recent`,
             *     `token_quota`, `clock`, `database` or `master_key`.
             */
            check: string;
            /** @description What was found. */
            detail: string;
            /** @description Anchor in the guide to connecting a corp. */
            docs_anchor: string;
            /**
             * Format: int64
             * @description WeCom's error code, where one was the cause.
             */
            errcode: number | null;
            /** @description What to do, where something is to be done. */
            fix: string | null;
            state: components["schemas"]["CheckState"];
            /** @description What is checked, in the reader's language. */
            title: string;
        };
        /** @description What the connection check found. */
        DoctorReport: {
            /**
             * Format: int64
             * @description Absent if it was never run.
             */
            checked_at: number | null;
            lines: components["schemas"]["DoctorLine"][];
        };
        /** @description What will happen, known before anything is done. */
        DryRun: {
            /**
             * Format: int64
             * @description Submitted rows that wait for two persons to say yes.
             */
            awaiting_approval: number;
            /**
             * Format: int64
             * @description Rows that cannot be submitted.
             */
            blocked: number;
            by_prediction: components["schemas"]["PredictionCount"][];
            by_successor: components["schemas"]["SuccessorPlan"][];
            /**
             * Format: int64
             * @description Transfer calls needed.
             */
            calls: number;
            /**
             * Format: int64
             * @description Rows that should go through.
             */
            fine: number;
            /**
             * Format: int64
             * @description When the last row should be decided.
             */
            finish_at: number;
            /**
             * Format: int64
             * @description Days over which the groups are spread.
             */
            groups_days: number;
            /** Format: int64 */
            rows_total: number;
            /**
             * Format: int64
             * @description Submitted rows that use the last in-service transfer of 90 days.
             */
            second_transfers: number;
            /** Format: int64 */
            submit_done_at: number;
            /**
             * Format: int64
             * @description Rows no rule takes.
             */
            unassigned: number;
            /**
             * Format: int64
             * @description Rows that are submitted with something to know about them.
             */
            with_note: number;
        };
        /** @description An erasure. */
        Erasure: {
            /** @description `account:<id>` or `operator`. */
            asked_by: string;
            /** @description Of the account, if one did. */
            asked_by_name: string | null;
            /** Format: int64 */
            at: number;
            /** Format: int64 */
            conversations: number;
            /** Format: int64 */
            files: number;
            /**
             * Format: int64
             * @description When nothing of it was left; absent while it is being removed.
             */
            finished_at: number | null;
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            messages: number;
            reason: string;
            subject: components["schemas"]["ArchiveSubject"];
        };
        /** @description What an erasure is proved by. */
        ErasureCertificate: {
            /** @description The name of the account that asked for it, if one did. */
            asked_by_name: string | null;
            corp: string;
            erasure: components["schemas"]["Erasure"];
            /** @description The keys that were destroyed. */
            keys: components["schemas"]["DestroyedKey"][];
            sha256: string;
            /** @description The certificate in lines, and its SHA-256 in hex. */
            text: string;
        };
        ErasureInput: {
            reason: string;
            /** @description A person or a conversation. */
            subject: components["schemas"]["ArchiveSubject"];
        };
        /** @description What an erasure would take away. Moments are milliseconds. */
        ErasurePreview: {
            /** Format: int64 */
            conversations: number;
            /** @description The holds that stand against it. */
            holds: components["schemas"]["Hold"][];
            /** Format: int64 */
            messages: number;
            /** Format: int64 */
            newest: number | null;
            /** Format: int64 */
            oldest: number | null;
            /**
             * Format: int64
             * @description Rooms among them: what others say there goes as well.
             */
            rooms: number;
        };
        /** @description Which part of a conversation is wanted, and why. Moments are in milliseconds. */
        EvidenceInput: {
            /** @description 1 to 500 characters; stands in the package and in the audit log. */
            reason: string;
            /**
             * Format: int64
             * @description Sent then or later.
             */
            since?: number | null;
            /**
             * Format: int64
             * @description Sent before.
             */
            until?: number | null;
        };
        /** @description The public half of the key that signs packages. */
        EvidenceKey: {
            /** @description SHA-256 of the public half in DER, hex. */
            fingerprint: string;
            public_key: string;
        };
        /** @description What a package would hold. */
        EvidencePreview: {
            /**
             * Format: int64
             * @description Of the files.
             */
            bytes: number;
            /** Format: int64 */
            files: number;
            /**
             * Format: int64
             * @description Files that are not stored.
             */
            files_missing: number;
            /**
             * Format: int64
             * @description Messages whose key lacks its half in the key store.
             */
            lacking: number;
            messages: number;
            /**
             * Format: int64
             * @description Messages outside of the account's departments.
             */
            not_readable: number;
            /**
             * Format: uuid
             * @description The id of the reason that was given.
             */
            reading: string;
        };
        /** @description A property by which messages are filtered. */
        FacetInput: {
            by: components["schemas"]["FacetName"];
            /** @description An id, a type, a channel; of a department its number as text. */
            value: string;
        };
        /** @enum {string} */
        FacetName: "customer" | "staff" | "department" | "room" | "kind" | "tag" | "conversation" | "channel" | "sender";
        /** @description One reason why a successor fits. */
        Factor: {
            factor: components["schemas"]["FactorName"];
            /** Format: int64 */
            points: number;
        };
        /** @enum {string} */
        FactorName: "follows" | "served_before" | "shared_group" | "shared_groups" | "region" | "business" | "language";
        FieldDetails: {
            code: string;
            message: string;
            /** @description `assignment.to[0]`. */
            path: string;
        };
        /** @description A number with its course. */
        Figure: {
            key: components["schemas"]["FigureKey"];
            series: components["schemas"]["FigurePoint"][];
            /** Format: int64 */
            value: number;
        };
        /** @enum {string} */
        FigureKey: "customers" | "groups" | "leavers_waiting" | "in_handover";
        FigurePoint: {
            /** Format: int64 */
            at: number;
            /** Format: int64 */
            value: number;
        };
        FilesOfState: {
            /** Format: int64 */
            files: number;
            /**
             * Format: int64
             * @description The nearest moment at which WeCom forgets one of them, where they wait.
             */
            nearest_deadline: number | null;
            reason: string | null;
            state: components["schemas"]["FileState"];
        };
        /** @enum {string} */
        FileState: "waiting" | "stored" | "missing" | "skipped";
        /** @description A first contact a successor owes or has made. */
        FirstContact: {
            /** Format: int64 */
            contacted_at: number | null;
            /** Format: int64 */
            due_at: number;
            external_userid: string;
            /** Format: uuid */
            handover: string;
            leaver_name: string;
            name: string;
            /** Format: int64 */
            row_no: number;
            state: components["schemas"]["ContactStateName"];
            successor: string;
            successor_name: string;
            /** Format: int64 */
            taken_over_at: number;
        };
        Flag: {
            code: string;
            /** Format: int64 */
            count: number;
        };
        /** @description Which groups are meant. */
        GroupChoice: {
            /** @description Only these; all of the leaver's when absent. */
            only?: string[] | null;
        };
        /** @description A group a customer is in. */
        GroupOfCustomer: {
            chat_id: string;
            is_dismissed: boolean;
            /** Format: int64 */
            joined_at: number;
            name: string;
            owner: components["schemas"]["MemberName"];
        };
        /** @description A handover with its plan and where it stands. */
        Handover: components["schemas"]["HandoverSummary"] & {
            /**
             * Format: int64
             * @description Transfer calls made so far.
             */
            api_calls: number;
            by_prediction: components["schemas"]["PredictionCount"][];
            by_successor: components["schemas"]["SuccessorProgress"][];
            dry_run: components["schemas"]["DryRun"];
            /** @description Things worth a look, texts under `flag.CODE`. */
            flags: components["schemas"]["Flag"][];
            message: string | null;
            /**
             * Format: int64
             * @description When the platform is asked next.
             */
            next_poll_at: number | null;
            note: string;
            record_scope: components["schemas"]["RecordScope"];
            request: components["schemas"]["HandoverInput"];
            rule_set: components["schemas"]["RuleSetRef"] | null;
            /**
             * Format: int64
             * @description Goes up with every change of the plan.
             */
            version: number;
        };
        /** @description How many changes a handover brought, by state. */
        HandoverContactWays: {
            counts: {
                [key: string]: number;
            };
        };
        /** @description A handover as it is wanted. */
        HandoverInput: {
            assignment: components["schemas"]["Assignment"];
            /**
             * Format: int32
             * @description Most customers that each successor gets by this handover.
             */
            cap?: number | null;
            customers?: components["schemas"]["CustomerChoice"] | null;
            groups?: components["schemas"]["GroupChoice"] | null;
            /** @description Who takes the groups, evenly; the successors of the assignment when empty. */
            groups_to?: string[];
            kind?: components["schemas"]["HandoverKind"] | null;
            /** @description Userid of the member whose customers and groups are handed over. */
            leaver: string;
            /** @description Shown to the customers by WeCom; only when the member is still employed. */
            message?: string | null;
            /** @description Customers that go to this member, whatever the rules say. */
            must?: components["schemas"]["Pin"][];
            /** @description Customers that must not go to this member. */
            must_not?: components["schemas"]["Pin"][];
            /** @description Remark for the successors; WeCom does not see it. */
            note?: string;
            /** @description Types of messages (`text`, `image`, …) it is for; all when empty. */
            record_kinds?: string[];
            /** @description How much of the conversation record the successors may see. */
            record_scope?: components["schemas"]["RecordScope"];
            /**
             * Format: int64
             * @description With PUT: the version that is to be replaced.
             */
            version?: number | null;
        };
        /** @enum {string} */
        HandoverKind: "resigned" | "in_service";
        /** @description A row that hands or handed over a customer. */
        HandoverOfCustomer: {
            /** Format: int64 */
            created_at: number;
            /** Format: int64 */
            ended_at: number | null;
            /** Format: uuid */
            handover: string;
            kind: components["schemas"]["HandoverKind"];
            leaver: components["schemas"]["MemberName"];
            /** @description Remark for the successor. */
            note: string | null;
            /** Format: int64 */
            row_no: number;
            state: components["schemas"]["RowStateName"];
            successor: components["schemas"]["MemberName"] | null;
        };
        /** @enum {string} */
        HandoverState: "draft" | "running" | "finished" | "cancelled";
        /** @description A handover in a list. */
        HandoverSummary: {
            counts: components["schemas"]["Counts"];
            /** Format: int64 */
            created_at: number;
            created_by: string;
            /** Format: int64 */
            finished_at: number | null;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["HandoverKind"];
            leaver: string;
            leaver_name: string;
            /** Format: int64 */
            started_at: number | null;
            state: components["schemas"]["HandoverState"];
            successors: components["schemas"]["Successor"][];
        };
        Highlight: {
            /** Format: int64 */
            from: number;
            /**
             * Format: int64
             * @description Before this one.
             */
            to: number;
        };
        /** @description A hold. */
        Hold: {
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            lifted_at: number | null;
            lifted_by: string | null;
            /** @description Of the account, if one did. */
            lifted_by_name: string | null;
            /** Format: int64 */
            placed_at: number;
            /** @description `account:<id>` or `operator`. */
            placed_by: string;
            /** @description Of the account, if one did. */
            placed_by_name: string | null;
            reason: string;
            subject: components["schemas"]["ArchiveSubject"];
        };
        HoldInput: {
            reason: string;
            subject: components["schemas"]["ArchiveSubject"];
        };
        /** Format: int64 */
        i64: number;
        Job: {
            /** Format: uuid */
            id: string;
            kind: string;
            last_error: string | null;
            /** Format: int64 */
            lease_until: number | null;
            /** Format: int64 */
            run_at: number;
            /** @description `queued`, `running`, `done` or `failed`. */
            state: string;
            /** Format: int64 */
            tries: number;
        };
        /** @enum {string} */
        KeepName: "keep" | "mask" | "skip";
        /** @enum {string} */
        LaterReason: "not_important" | "transfer_limit" | "stuck" | "no_day_left";
        /** @description Somebody whose customers or groups wait, or were handed over. */
        Leaver: {
            /** Format: int64 */
            customers_done: number;
            /** Format: int64 */
            customers_in_transfer: number;
            /** Format: int64 */
            customers_waiting: number;
            /**
             * Format: int64
             * @description Days until WeCom lets nothing be inherited any more, one year after leaving.
             */
            days_left: number | null;
            department_names: string[];
            /** Format: int64 */
            groups_waiting: number;
            /** @description False if the member was gone before it could be read. */
            known: boolean;
            last_handover_id: string | null;
            /** Format: int64 */
            left_at: number | null;
            name: string;
            position: string;
            reason: components["schemas"]["LeaverReason"];
            state: components["schemas"]["LeaverState"];
            userid: string;
        };
        LeaverContactWays: {
            by_hand: components["schemas"]["ByHandItem"][];
            /** @description Changes of ways that do not name the leaver any more, the latest first. */
            changed: components["schemas"]["ContactWayMove"][];
            /** @description Still in the corp: then nothing is changed. */
            employed: boolean;
            /** @description Kinds the app may not read. */
            not_permitted: components["schemas"]["ContactWayKind"][];
            /** @description Whom the proposals are made of: successors of the latest handover who can serve customers. */
            successors: components["schemas"]["NamedMember"][];
            /** Format: int64 */
            total: number;
            /** @description Ways that name the leaver now, at most 1000 of `total`. */
            ways: components["schemas"]["ContactWayOfLeaver"][];
        };
        /** @description A leaver with what its customers are like. */
        LeaverDetail: components["schemas"]["Leaver"] & {
            add_ways: components["schemas"]["AddWayCount"][];
            added_by_month: components["schemas"]["MonthCount"][];
            /** Format: int64 */
            assets_checked_at: number | null;
            handovers: components["schemas"]["HandoverSummary"][];
            leader: components["schemas"]["Person"] | null;
            regions: components["schemas"]["RegionCount"][];
            tags: components["schemas"]["TagCount"][];
        };
        /** @enum {string} */
        LeaverReason: "left" | "disabled" | "employed";
        /** @enum {string} */
        LeaverState: "waiting" | "in_progress" | "done";
        LeftOutRows: {
            reason: components["schemas"]["WhyLeftOut"];
            /** Format: int64 */
            rows: number;
        };
        /** @description What the library's processes went through since this program started. */
        LibraryHealth: {
            /** Format: int64 */
            crashes: number;
            /** Format: int64 */
            garbage: number;
            /** Format: int64 */
            hangs: number;
            /** Format: int64 */
            quarantined: number;
            /** Format: int64 */
            starts: number;
        };
        LiftInput: {
            reason: string;
        };
        Member: {
            /** @description Whether the member has 客户联系. */
            customer_contact: boolean;
            /** Format: int64 */
            customers: number;
            department_names: string[];
            departments: number[];
            /** @description Whether the member can take customers over. */
            eligible: boolean;
            /** Format: int64 */
            groups: number;
            /** Format: int64 */
            left_at: number | null;
            name: string;
            position: string;
            /**
             * Format: int64
             * @description `status` at WeCom: 1 active, 2 disabled, 4 not activated, 5 left.
             */
            status: number;
            userid: string;
            /** @description Why not: a prediction, texts under `prediction.CODE`. */
            why_not: string | null;
        };
        /** @description A member by id and name. */
        MemberName: {
            /** @description Empty if it was never read. */
            name: string;
            userid: string;
        };
        /** @description What is known of a member as a successor. */
        MemberProfile: {
            /** @description Away: gets nothing by department, skill or leader. */
            away: boolean;
            business: string[];
            /**
             * Format: int32
             * @description Most customers the member should have in all.
             */
            cap?: number | null;
            languages: string[];
            regions: string[];
            /**
             * Format: int32
             * @description 1 to 5; 0: not said.
             */
            skill: number;
            /**
             * Format: int32
             * @description Part of the share where a rule shares by weight.
             */
            weight: number;
        };
        /** @description A message. */
        Message: {
            /** @description Its content by type. */
            body: Record<string, never>;
            conversation: string;
            files: components["schemas"]["MessageFile"][];
            /** @description Where the words stand in `text`, in characters (Unicode scalar values). */
            highlights: components["schemas"]["Highlight"][];
            id: string;
            /** @description Whether its type is one this program knows. */
            is_known: boolean;
            /** @description Whether numbers in it were made unreadable by policy. */
            is_masked: boolean;
            /** @description WeCom's msgtype. */
            kind: string;
            msgid: string;
            recalled: components["schemas"]["RecalledMessage"] | null;
            sender: components["schemas"]["ArchivePerson"];
            /**
             * Format: int64
             * @description Milliseconds.
             */
            sent_at: number;
            /** @description Everything to read in it. */
            text: string;
        };
        MessageFile: {
            /** @description Without a dot. */
            extension: string | null;
            /** @description `image`, `voice`, … */
            kind: string;
            name: string | null;
            /** Format: int64 */
            place: number;
            /** @description Why it is missing, or what of it is not as the message says. */
            reason: string | null;
            /**
             * Format: int64
             * @description How long it plays.
             */
            seconds: number | null;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number | null;
            state: components["schemas"]["FileState"];
        };
        MessageKind: {
            kind: string;
            known: boolean;
            /** Format: int64 */
            messages: number;
        };
        /** @description Messages of a conversation, oldest first. */
        MessagePage: {
            /** @description Ask `after` this message for newer ones; absent at the end. */
            after: string | null;
            /** @description Ask `before` this message for older ones; absent at the beginning. */
            before: string | null;
            conversation: components["schemas"]["Conversation"];
            items: components["schemas"]["Message"][];
        };
        MessagePreview: {
            /** @description What is wrong with the text whoever is named in it. */
            problems: components["schemas"]["FieldDetails"][];
            texts: components["schemas"]["MessageText"][];
        };
        /** @description A text to customers with places for names. */
        MessagePreviewInput: {
            leaver: string;
            /** @description May hold `{leaver}`, `{successor}` and `{company}`. */
            message: string;
            successors: string[];
        };
        /** @description A saved text to customers. */
        MessageTemplate: {
            body: string;
            /** Format: uuid */
            id: string;
            name_en: string;
            name_zh: string;
            /** Format: int64 */
            updated_at: number;
        };
        MessageTemplateInput: {
            /** @description May hold `{leaver}`, `{successor}` and `{company}`. */
            body: string;
            name_en: string;
            name_zh: string;
        };
        /** @description What the customers of one successor would read. */
        MessageText: {
            /**
             * Format: int64
             * @description Characters with the names in place.
             */
            chars: number;
            /** @description Whether WeCom takes it: at most 200 characters. */
            fits: boolean;
            name: string;
            text: string;
            userid: string;
        };
        MonthCount: {
            /** Format: int64 */
            count: number;
            /** @description `2026-01`. */
            month: string;
        };
        MyContact: {
            /** Format: int64 */
            contacted_at: number | null;
            /** Format: int64 */
            due_at: number;
            state: components["schemas"]["ContactStateName"];
        };
        /** @description A customer or group taken over by the reader. */
        MyCustomer: {
            contact: components["schemas"]["MyContact"] | null;
            /** @description What the leaver had written about the customer. */
            description: string;
            /** @description Of a group: its chat id. */
            external_userid: string;
            /** Format: uuid */
            handover: string;
            leaver_name: string;
            name: string;
            /** @description The administrator's remark on the handover. */
            note: string;
            /** @description Names of the leaver's personal tags, which WeCom lets nobody carry over. */
            personal_tags: string[];
            /** @description Types of messages it is limited to; none: all. */
            record_kinds: string[];
            /** @description How much of the conversations the handover grants. */
            record_scope: components["schemas"]["RecordScope"];
            /** @description One's own remark today, else the leaver's. */
            remark: string;
            /** Format: int64 */
            row_no: number;
            /** @description The administrator's remark on this customer or group alone. */
            row_note: string | null;
            subject_kind: components["schemas"]["SubjectKind"];
            /** @description Names of the corp tags the leaver had given. */
            tags: string[];
            /** Format: int64 */
            taken_over_at: number;
        };
        /** @description Somebody a way names. */
        NamedMember: {
            /** @description Not in the corp any more. */
            left: boolean;
            /** @description The userid where no name is known. */
            name: string;
            userid: string;
        };
        /** @description The number of a key that was made. */
        NewKeyNumber: {
            /** Format: int32 */
            number: number;
        };
        /** @description The item that is handed out. */
        NextReviewItem: {
            item: components["schemas"]["ReviewItem"] | null;
        };
        NextReviewItemInput: {
            /**
             * Format: int32
             * @description The first free one behind this number, then from the beginning; absent: the one that one
             *     has, or the first free one.
             * @default null
             */
            after?: number | null;
        };
        /** @description Who is tried when a successor does not get a customer. */
        NextSuccessor: {
            /** @enum {string} */
            mode: "none";
        } | {
            /** @enum {string} */
            mode: "runner_up";
        } | {
            /** @enum {string} */
            mode: "list";
            userids: string[];
        };
        /** @description A remark for the successor of one row. */
        NoteInput: {
            /** @description Empty takes it away. */
            note: string;
        };
        /** @description A remark for the successors of many rows: `rows` or `filter`. */
        NotesInput: {
            filter?: components["schemas"]["RowChoice"] | null;
            /** @description Empty takes it away. */
            note: string;
            rows?: number[] | null;
        };
        NotesWritten: {
            /**
             * Format: int64
             * @description Rows that have another remark than before.
             */
            rows: number;
        };
        /** @description Why there is nothing to read. */
        Nothing: {
            why: components["schemas"]["WhyNothing"] | null;
        };
        /** @description What is moved on one day. */
        NoticeDay: {
            /** Format: int64 */
            customers: number;
            /**
             * Format: int64
             * @description When the day begins, in Beijing.
             */
            day: number;
            /** Format: int64 */
            groups: number;
            /**
             * Format: int64
             * @description Of these, those who can be asked again after a refusal.
             */
            repeatable: number;
        };
        /** @description A draft for one day of the notice period. */
        NoticeDraft: {
            /** Format: int64 */
            day: number;
            /** Format: uuid */
            handover_id: string;
        };
        /** @description The drafts that are to be made of the plan. */
        NoticeDraftsInput: {
            /** @description What WeCom tells each customer. */
            personal_message: string;
            plan: components["schemas"]["NoticeInput"];
            /** @description Who takes over, evenly. */
            to: string[];
        };
        /** @description How a way of going about it comes out. */
        NoticeFigures: {
            /** Format: int64 */
            finish_at: number;
            /**
             * Format: int64
             * @description Important ones that get it and are decided by the last working day.
             */
            important_decided: number;
            /**
             * Format: int64
             * @description Of these, those who can be asked again after a refusal.
             */
            important_repeatable: number;
            /**
             * Format: int64
             * @description Customers that get the personal message.
             */
            with_message: number;
        };
        /** @description A notice period that is to be planned. */
        NoticeInput: {
            /**
             * Format: int64
             * @description Any moment of the last working day, in Beijing.
             */
            last_day: number;
            /**
             * Format: int32
             * @description Most customers to be moved on one day; no limit when absent.
             */
            per_day?: number | null;
            /** @description Who is important; everybody when empty. */
            vip?: components["schemas"]["Condition"];
        };
        /** @description Customers moved after leaving only, by why. */
        NoticeLater: {
            /** Format: int64 */
            customers: number;
            why: components["schemas"]["LaterReason"];
        };
        /** @description The plan of a notice period beside what is usually done instead. */
        NoticePlan: {
            after: components["schemas"]["NoticeLater"][];
            /** @description Everybody after leaving. */
            all_after: components["schemas"]["NoticeFigures"];
            /** @description In service in the order WeCom lists customers, without asking who is important. */
            as_listed: components["schemas"]["NoticeFigures"];
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            customers: number;
            days: components["schemas"]["NoticeDay"][];
            /** Format: int64 */
            groups: number;
            /** Format: int64 */
            groups_after: number;
            /** Format: int64 */
            important: number;
            plan: components["schemas"]["NoticeFigures"];
        };
        /** @enum {string} */
        NoticeState: "planned" | "intended" | "sent" | "unsure" | "failed" | "none";
        /** @description A customer that nobody took. */
        Orphan: {
            /** Format: int64 */
            ended_at: number;
            external_userid: string;
            /** Format: uuid */
            handover: string;
            leaver: string;
            leaver_name: string;
            name: string;
            /** Format: int64 */
            row_no: number;
            /** @description How the last attempt ended. */
            state: components["schemas"]["RowStateName"];
            /** @description Who was tried last. */
            successor: string | null;
            successor_name: string | null;
        };
        /** @description What became of the handovers of a period. */
        Outcome: {
            at: components["schemas"]["RetentionAt"][];
            by: components["schemas"]["OutcomeBy"];
            /** Format: int64 */
            from: number;
            lines: components["schemas"]["OutcomeLine"][];
            /** @description Of the customers of handovers started within the period. */
            standings: components["schemas"]["Standing"][];
            /**
             * Format: int64
             * @description Customers taken over within the period.
             */
            taken_over: number;
            /** Format: int64 */
            to: number;
        };
        /** @enum {string} */
        OutcomeBy: "leaver" | "successor" | "rule";
        /** @description Retention of one leaver, successor or rule. */
        OutcomeLine: {
            at: components["schemas"]["RetentionAt"][];
            /** @description A userid; by rule: `rule` or a way of sharing out. */
            key: string;
            /**
             * Format: uuid
             * @description The handover the last of these customers came by.
             */
            last_handover_id: string;
            /** @description Of the person or the rule; empty for a way of sharing out. */
            name: string;
            /** Format: int64 */
            taken_over: number;
        };
        /** @description The first page: what waits, how things stand. */
        Overview: {
            /** @description Whether WeCom's ids and secrets are set. */
            connected: boolean;
            figures: components["schemas"]["Figure"][];
            running: components["schemas"]["HandoverSummary"][];
            sync: components["schemas"]["SyncState"];
            todo: components["schemas"]["Todo"][];
        };
        /** @description One page of a list. */
        Page_Account: {
            items: components["schemas"]["Account"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Approvals: {
            items: components["schemas"]["Approvals"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_ArchiveConsent: {
            items: components["schemas"]["ArchiveConsent"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_ArchiveKey: {
            items: components["schemas"]["ArchiveKey"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_ArchivePolicy: {
            items: components["schemas"]["ArchivePolicy"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_AuditEntry: {
            items: components["schemas"]["AuditEntry"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_CaseSummary: {
            items: components["schemas"]["CaseSummary"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_ContactWay: {
            items: components["schemas"]["ContactWay"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Conversation: {
            items: components["schemas"]["Conversation"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_CorpKey: {
            items: components["schemas"]["CorpKey"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Customer: {
            items: components["schemas"]["Customer"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_CustomerGroup: {
            items: components["schemas"]["CustomerGroup"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_CustomerOfLeaver: {
            items: components["schemas"]["CustomerOfLeaver"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Decided: {
            items: components["schemas"]["Decided"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Department: {
            items: components["schemas"]["Department"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Departure: {
            items: components["schemas"]["Departure"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Erasure: {
            items: components["schemas"]["Erasure"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_FirstContact: {
            items: components["schemas"]["FirstContact"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Handover: {
            items: components["schemas"]["Handover"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_HandoverSummary: {
            items: components["schemas"]["HandoverSummary"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Hold: {
            items: components["schemas"]["Hold"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Job: {
            items: components["schemas"]["Job"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Leaver: {
            items: components["schemas"]["Leaver"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Member: {
            items: components["schemas"]["Member"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_MessageTemplate: {
            items: components["schemas"]["MessageTemplate"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_MyCustomer: {
            items: components["schemas"]["MyCustomer"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_NoticeDraft: {
            items: components["schemas"]["NoticeDraft"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Orphan: {
            items: components["schemas"]["Orphan"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_RecordLine: {
            items: components["schemas"]["RecordLine"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Review: {
            items: components["schemas"]["Review"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_ReviewItem: {
            items: components["schemas"]["ReviewItem"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Row: {
            items: components["schemas"]["Row"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_RuleSet: {
            items: components["schemas"]["RuleSet"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Step: {
            items: components["schemas"]["Step"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_SyncRun: {
            items: components["schemas"]["SyncRun"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_TagGroup: {
            items: components["schemas"]["TagGroup"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_Teammate: {
            items: components["schemas"]["Teammate"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        /** @description One page of a list. */
        Page_TimelineEntry: {
            items: components["schemas"]["TimelineEntry"][];
            /** @description Give it back as `cursor` to get the next page; absent on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Items of the whole list under the same filter, where it is counted.
             */
            total: number | null;
        };
        ParkedInput: {
            /** @description Why they are parked, as the archive's status says it. */
            reason: string;
        };
        /** @description Rows parked for one reason. */
        ParkedRows: {
            /** @description Somebody said that these are known; none was parked for the reason since. */
            is_known: boolean;
            /**
             * Format: int64
             * @description When the one that waits longest was delivered.
             */
            oldest: number;
            /** @description `archive.parked.REASON` in the catalogue. */
            reason: string;
            /** Format: int64 */
            rows: number;
            /**
             * Format: int64
             * @description Version of the public key they were sealed for.
             */
            version: number;
        };
        PasswordInput: {
            current: string;
            new: string;
        };
        /** @description A password that is shown only here. */
        PasswordReset: {
            password: string;
        };
        Person: {
            name: string;
            userid: string;
        };
        /** @enum {string} */
        PersonKindName: "member" | "customer" | "robot";
        /** @description One customer and one member that belong, or must not come, together. */
        Pin: {
            customer: string;
            member: string;
        };
        /** @description What plans are made by, for the whole corp. */
        PlanningSettings: {
            /** @description Name of the tag group that stands for types of business or products. */
            business_group: string;
            /**
             * Format: int32
             * @description Most customers a member can have at WeCom.
             */
            customer_limit: number;
        };
        Pointed: {
            /**
             * Format: int64
             * @description Changes that are planned now.
             */
            planned: number;
        };
        PointInput: {
            /** @description Only the ways in `to`. */
            only_chosen?: boolean;
            /** @description Ways for which somebody is chosen; the others go to the successors of the latest handover. */
            to?: components["schemas"]["ContactWayChoice"][];
        };
        /** @description What a version would do to what is stored. */
        PolicySimulation: {
            all: components["schemas"]["PolicyTally"];
            by_default: components["schemas"]["PolicyTally"];
            by_rule: components["schemas"]["RuleTally"][];
            /**
             * Format: int64
             * @description Absent while it is under way: then the figures are of the messages seen so far.
             */
            finished_at: number | null;
            /** Format: int64 */
            seen: number;
            /** Format: int64 */
            started_at: number;
        };
        /** @description What a rule would do. */
        PolicyTally: {
            /**
             * Format: int64
             * @description Of messages and files, as they are stored.
             */
            bytes: number;
            /** Format: int64 */
            bytes_deleted: number;
            /**
             * Format: int64
             * @description Are deleted since their time is over.
             */
            expired: number;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            files_deleted: number;
            /**
             * Format: int64
             * @description Would be changed if they were not held.
             */
            held: number;
            /**
             * Format: int64
             * @description Stay as they are.
             */
            kept: number;
            /**
             * Format: int64
             * @description Stay; their numbers are unreadable.
             */
            masked: number;
            /**
             * Format: int64
             * @description Stay as they are; of such that come numbers will be unreadable.
             */
            masked_from_now_on: number;
            /** Format: int64 */
            messages: number;
            /**
             * Format: int64
             * @description Of those that stay, how many are over within so many days.
             */
            over_in_30_days: number;
            /** Format: int64 */
            over_in_90_days: number;
            /** Format: int64 */
            over_in_365_days: number;
            /**
             * Format: int64
             * @description Are deleted since nothing is kept of such.
             */
            skipped: number;
        };
        PredictionCount: {
            /** Format: int64 */
            count: number;
            prediction: components["schemas"]["PredictionName"];
            subject_kind: components["schemas"]["SubjectKind"];
        };
        /** @enum {string} */
        PredictionName: "fine" | "already_contact" | "later_day" | "customer_deleted_leaver" | "no_successor" | "same_person" | "successor_gone" | "successor_disabled" | "successor_not_activated" | "successor_no_contact_feature" | "leaver_left_over_a_year" | "leaver_still_employed" | "not_followed" | "in_transfer" | "transfer_limit" | "successor_full" | "group_not_waiting" | "group_dismissed";
        /** @description Problem details, RFC 9457. */
        ProblemDetails: {
            /** @description Stable, for programs. */
            code: string;
            /** @description What happened and what to do, in the language of `Accept-Language`. */
            detail: string;
            /** @description What is wrong with single fields of the request. */
            fields: components["schemas"]["FieldDetails"][];
            /** Format: int32 */
            status: number;
            title: string;
            /** @description Finds the request in the server's log. */
            trace_id: string;
            /** @description `/problems/CODE`. */
            type: string;
        };
        /** @description Data of the event `progress`. */
        Progress: {
            counts: components["schemas"]["Counts"];
            /** Format: int64 */
            next_poll_at: number | null;
            /** Format: int64 */
            now: number;
            state: components["schemas"]["HandoverState"];
        };
        /** @description Why somebody reads other people's conversations, and until when that counts. */
        ReadingReason: {
            /** Format: int64 */
            at: number;
            reason: string;
            /** Format: int64 */
            until: number;
        };
        ReadingReasonInput: {
            reason: string;
        };
        /** @enum {string} */
        ReasonMode: "one" | "evenly" | "rule" | "otherwise" | "pinned" | "none" | "empty" | "no_room";
        /** @description That a message was taken back. */
        RecalledMessage: {
            /**
             * Format: int64
             * @description Milliseconds.
             */
            at: number;
            by: components["schemas"]["ArchivePerson"] | null;
        };
        RecordActor: {
            actor: string;
            name: string | null;
        };
        /** @description Steps of one minute with the same actor, step and outcome. */
        RecordLine: {
            actor: string;
            actor_name: string | null;
            /**
             * Format: int64
             * @description Calls to WeCom they belong to.
             */
            calls: number;
            /** Format: int64 */
            first_at: number;
            /**
             * Format: int64
             * @description Start of the minute; with `until` it finds the steps.
             */
            from: number;
            /** @description Names the line. */
            key: string;
            /** Format: int64 */
            last_at: number;
            outcome: string;
            /**
             * Format: int64
             * @description Given if it stands for one step of a row.
             */
            row_no: number | null;
            step: string;
            /**
             * Format: int64
             * @description How many steps it stands for.
             */
            steps: number;
            /**
             * Format: int64
             * @description End of the minute, not in it.
             */
            until: number;
        };
        /** @description How much of the conversation record the successors may see after takeover. */
        RecordScope: {
            /** @enum {string} */
            mode: "none";
        } | {
            /** Format: int32 */
            days: number;
            /** @enum {string} */
            mode: "days";
        } | {
            /** @enum {string} */
            mode: "all";
        };
        /** @description What the record of a handover can be filtered by. */
        RecordValues: {
            actors: components["schemas"]["RecordActor"][];
            outcomes: string[];
            steps: string[];
        };
        RegionCount: {
            /** Format: int64 */
            count: number;
            name: string;
        };
        /** @description A member's relation with a customer, ended or not. */
        Relation: {
            /** Format: int64 */
            add_way: number;
            /** Format: int64 */
            added_at: number;
            description: string;
            /** @description `deleted_by_member`, `deleted_by_customer`, `transferred` or `gone_from_list`. */
            end_reason: string | null;
            /** Format: int64 */
            ended_at: number | null;
            /**
             * Format: int64
             * @description When the member left: from then on it served nobody.
             */
            left_at: number | null;
            member: components["schemas"]["MemberName"];
            personal_tags: string[];
            remark: string;
            remark_company: string;
            tags: components["schemas"]["TagName"][];
        };
        /** @description What would be deleted at once if a hold were lifted. Moments are milliseconds. */
        ReleasedByHold: {
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            messages: number;
            /** Format: int64 */
            newest: number | null;
            /** Format: int64 */
            oldest: number | null;
        };
        /**
         * @description Customers by what became of them so many days after the takeover. Retained: the successor's
         *     relation had not ended before that moment. Passed on: a later handover moved the customer on
         *     before it.
         */
        RetentionAt: {
            /**
             * Format: int64
             * @description 7, 30 or 90.
             */
            days: number;
            /** Format: int64 */
            lost: number;
            /** Format: int64 */
            passed_on: number;
            /**
             * Format: double
             * @description Retained of retained and lost, 0 to 1; absent while there are neither.
             */
            rate: number | null;
            /** Format: int64 */
            retained: number;
            /**
             * Format: int64
             * @description The moment lies ahead.
             */
            too_early: number;
            /**
             * Format: int64
             * @description The successor's relation was not read since the takeover.
             */
            unknown: number;
        };
        /** @description What a run of expiry removed. Moments are Unix seconds. */
        RetentionRun: {
            /**
             * Format: int64
             * @description Contents that no message showed any more.
             */
            contents: number;
            /** Format: int64 */
            files: number;
            /**
             * Format: int64
             * @description Absent while it is under way.
             */
            finished_at: number | null;
            /**
             * Format: int64
             * @description Messages whose time is over and that a hold keeps.
             */
            held: number;
            /** Format: int64 */
            messages: number;
            /** Format: int64 */
            started_at: number;
        };
        /** @description Which ended rows are tried again: by number or by state. */
        RetryInput: {
            rows?: number[] | null;
            /** @description `refused`, `failed` or `full`. */
            states?: components["schemas"]["RowStateName"][] | null;
            /** @description To another successor. */
            to?: string | null;
        };
        /** @description A sample, and all that is needed to draw it again. */
        Review: {
            filter: components["schemas"]["ReviewFilter"];
            first_day: string;
            /** Format: uuid */
            id: string;
            last_day: string;
            /** Format: int64 */
            made_at: number;
            /** @description Name of the account, or `account:ID`, `operator`. */
            made_by: string;
            method: components["schemas"]["ReviewMethod"];
            name: string;
            /** Format: int64 */
            population: number;
            /** @description SHA-256 of the population's list, hex. */
            population_sha256: string;
            purpose: string;
            seed: string;
            tally: components["schemas"]["ReviewTally"];
        };
        /** @enum {string} */
        ReviewCategory: "promise" | "off_platform" | "disclosure" | "attitude" | "claim" | "other";
        ReviewCategoryLine: {
            category: components["schemas"]["ReviewCategory"];
            /** Format: int64 */
            items: number;
        };
        /**
         * @description The way of a finding: by which sample it came, what was found, what was done, and how it went
         *     on.
         */
        ReviewCourse: {
            item: components["schemas"]["ReviewItem"];
            members: components["schemas"]["ReviewMemberCourse"][];
            review: components["schemas"]["Review"];
        };
        /** @description Conversation days that were reviewed. */
        ReviewedDays: {
            /**
             * Format: int64
             * @description Found as in the finding.
             */
            again: number;
            /**
             * Format: int64
             * @description Whatever was found.
             */
            flagged: number;
            /** Format: int64 */
            reviewed: number;
        };
        /** @description How fast a reviewer was, over passed and flagged items. */
        ReviewerLine: {
            /**
             * Format: int64
             * @description From when each item was handed out to what was said of it, 1 to 900 seconds each.
             */
            active_seconds: number;
            /** Format: int64 */
            items: number;
            /**
             * Format: double
             * @description Per hour of active time.
             */
            items_per_hour: number;
            /** Format: int64 */
            median_seconds: number;
            /** Format: int64 */
            messages: number;
            /** Format: double */
            messages_per_hour: number;
            /** @description Name of the account, or `account:ID`, `operator`. */
            reviewer: string;
        };
        /** @description Which conversation days are drawn from; what is absent does not narrow. */
        ReviewFilter: {
            /** @default null */
            channel?: components["schemas"]["ChannelName"] | null;
            /**
             * Format: int64
             * @description Id of a department of which, or of one below, a member takes part.
             * @default null
             */
            department?: number | null;
            /** @default null */
            kind?: components["schemas"]["ConversationKind"] | null;
            /**
             * @description Days with a message of this type (WeCom's msgtype).
             * @default null
             */
            message_kind?: string | null;
            /**
             * @description Days on which something was sent that was recalled.
             * @default false
             */
            recalled?: boolean;
            /**
             * @description Userid of a member who takes part.
             * @default null
             */
            staff?: string | null;
        };
        /** @description What was done about what was found. */
        ReviewHandling: {
            /** Format: int64 */
            at: number;
            /** @description Name of the account, or `account:ID`, `operator`. */
            by: string;
            measure: components["schemas"]["ReviewMeasure"];
            /** @description Empty without one, and where it was erased with its conversation. */
            note: string;
        };
        /** @description What is done about what was found. */
        ReviewHandlingInput: {
            measure: components["schemas"]["ReviewMeasure"];
            note?: string;
        };
        /** @description What a sample is to be drawn of. */
        ReviewInput: {
            filter?: components["schemas"]["ReviewFilter"];
            first_day: string;
            /** @description In the period as well. */
            last_day: string;
            method: components["schemas"]["ReviewMethod"];
            name: string;
            /** @description With the name the reason for which its conversations are read. */
            purpose?: string;
            /** @description Drawn at random unless given. */
            seed?: string | null;
        };
        /** @description A conversation day of a sample. */
        ReviewItem: {
            category: components["schemas"]["ReviewCategory"] | null;
            /** Format: int64 */
            closed_at: number | null;
            conversation: string;
            day: string;
            /** @description The group's name; empty for two people, and where it is not known. */
            group: string;
            handling: components["schemas"]["ReviewHandling"] | null;
            /** @description Whether one takes part, and so must not judge it. */
            is_own: boolean;
            /** @description Whether a message of it can still be read. */
            is_there: boolean;
            members: components["schemas"]["ReviewMember"][];
            /**
             * Format: int64
             * @description At the time of the draw.
             */
            messages: number;
            /** @description Empty without one, and where it was erased with its conversation. */
            note: string;
            /**
             * Format: int32
             * @description From 1, in the order of the draw.
             */
            number: number;
            /** @description The others who take part, as of now and the first 20. */
            others: components["schemas"]["ReviewOther"][];
            /** @description Name of the account that has it or closed it. */
            reviewer: string | null;
            state: components["schemas"]["ReviewItemState"];
            /**
             * Format: int64
             * @description Until when it is kept for its reviewer.
             */
            until: number | null;
        };
        /** @enum {string} */
        ReviewItemState: "open" | "claimed" | "passed" | "flagged" | "skipped" | "gone";
        /** @enum {string} */
        ReviewMeasure: "talk" | "training" | "warning" | "referral" | "nothing";
        /** @description A member by id and name. */
        ReviewMember: {
            /** @description Empty if nobody is known by that id. */
            name: string;
            userid: string;
        };
        /** @description How a member went on. */
        ReviewMemberCourse: {
            /** @description Of 90 days up to the finding, its day included. */
            before: components["schemas"]["ReviewedDays"];
            /** @description Empty if nobody is known by that id. */
            name: string;
            /** @description Behind the day it was handled on; nothing while it is not. */
            since: components["schemas"]["ReviewedDays"];
            userid: string;
        };
        /** @description What was looked at of a member. */
        ReviewMemberLine: {
            /** Format: int64 */
            flagged: number;
            name: string;
            /**
             * Format: int64
             * @description Conversation days in which the member takes part.
             */
            population: number;
            /** Format: int64 */
            reviewed: number;
            /** Format: int64 */
            sampled: number;
            userid: string;
        };
        /** @description How many are drawn: exactly one of these. */
        ReviewMethod: {
            /**
             * Format: int32
             * @description Simple random: so many conversation days.
             * @default null
             */
            count?: number | null;
            /**
             * Format: int32
             * @description So many of each member's, or all where there are fewer.
             * @default null
             */
            per_member?: number | null;
            /**
             * Format: double
             * @description Simple random: this share in percent, to two places, rounded up to whole conversation days.
             * @default null
             */
            percent?: number | null;
        };
        /** @description Somebody who takes part and is no member. */
        ReviewOther: {
            id: string;
            /** @description Empty if nobody is known by that id. */
            name: string;
        };
        /** @description What would be drawn. */
        ReviewPlan: {
            /**
             * Format: int64
             * @description Conversation days that would be drawn.
             */
            items: number;
            /** Format: int64 */
            items_members: number;
            /** Format: int64 */
            items_messages: number;
            /**
             * Format: int64
             * @description Members who take part in them.
             */
            members: number;
            /**
             * Format: int64
             * @description Messages in them.
             */
            messages: number;
            /**
             * Format: int64
             * @description Conversation days to draw from.
             */
            population: number;
            /** @description Give it back to draw exactly these. */
            seed: string;
        };
        /** @description A share with its 95 % interval (Wilson), 0 to 1. */
        ReviewRate: {
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: double */
            share: number;
        };
        /** @description What was covered, what was found, and how fast it went. */
        ReviewReport: {
            categories: components["schemas"]["ReviewCategoryLine"][];
            /** @description The least looked at first. */
            members: components["schemas"]["ReviewMemberLine"][];
            /**
             * Format: int64
             * @description Of `members`, those of whom nothing was reviewed.
             */
            members_unseen: number;
            /**
             * Format: int64
             * @description Conversation days.
             */
            population: number;
            rate: components["schemas"]["ReviewRate"] | null;
            reviewers: components["schemas"]["ReviewerLine"][];
            tally: components["schemas"]["ReviewTally"];
        };
        /** @description How many items stand where. */
        ReviewTally: {
            /** Format: int64 */
            flagged: number;
            /**
             * Format: int64
             * @description Their messages expired or were erased before they were reviewed.
             */
            gone: number;
            /**
             * Format: int64
             * @description Undecided.
             */
            open: number;
            /** Format: int64 */
            passed: number;
            /**
             * Format: int64
             * @description Passed or flagged.
             */
            reviewed: number;
            /** Format: int64 */
            sampled: number;
            /** Format: int64 */
            skipped: number;
        };
        /** @enum {string} */
        ReviewVerdict: "passed" | "flagged" | "skipped";
        /** @description What a reviewer says of an item. */
        ReviewVerdictInput: {
            category?: components["schemas"]["ReviewCategory"] | null;
            note?: string;
            verdict: components["schemas"]["ReviewVerdict"];
        };
        /** @enum {string} */
        RoleName: "super_admin" | "contact_admin" | "auditor" | "staff";
        /** @description One customer or group of a handover. */
        Row: {
            /** @description Why it needs approval; empty if it does not. */
            approval: components["schemas"]["AskedWhy"][];
            carry: components["schemas"]["CarryState"];
            carry_detail: Record<string, never> | null;
            /** Format: int64 */
            ended_at: number | null;
            /** Format: int64 */
            errcode: number | null;
            /** @description What the code means and what to do, in the reader's language. */
            error_text: string | null;
            name: string;
            /** Format: int64 */
            not_before: number | null;
            /** @description Remark for the successor of this row alone. */
            note: string | null;
            prediction: components["schemas"]["PredictionName"];
            prediction_detail: Record<string, never> | null;
            reason: components["schemas"]["RowReason"];
            /** Format: int64 */
            row_no: number;
            /** Format: int64 */
            started_at: number | null;
            state: components["schemas"]["RowStateName"];
            subject_id: string;
            subject_kind: components["schemas"]["SubjectKind"];
            successor: string | null;
            successor_name: string | null;
            /** Format: int64 */
            updated_at: number;
            /** Format: int64 */
            waiting_until: number | null;
        };
        /** @description Which rows are meant; an empty choice means all. */
        RowChoice: {
            /** @default null */
            carry?: string | null;
            /** @default null */
            prediction?: string | null;
            /**
             * @description Part of the name, or the id.
             * @default null
             */
            q?: string | null;
            /**
             * @description One state, or several with commas.
             * @default null
             */
            state?: string | null;
            /**
             * @description `customer` or `group`.
             * @default null
             */
            subject_kind?: string | null;
            /**
             * @description Userid.
             * @default null
             */
            successor?: string | null;
        };
        /** @description A row with how we know where it stands. */
        RowDetail: components["schemas"]["Row"] & {
            /** @description What the leaver had noted of the customer when the handover was planned. */
            snapshot: Record<string, never> | null;
            steps: components["schemas"]["Step"][];
        };
        /** @description Why the row goes where it goes. */
        RowReason: {
            /** @description Why the successor fits, where the rule shares by affinity. */
            factors: components["schemas"]["Factor"][];
            mode: components["schemas"]["ReasonMode"];
            /**
             * Format: int64
             * @description What the points of `factors` add up to.
             */
            points: number;
            /** @description Name of the rule. */
            rule: string | null;
            /** @description Userid of who would be next. */
            runner_up: string | null;
            runner_up_factors: components["schemas"]["Factor"][];
            /** Format: int64 */
            runner_up_points: number;
            share: components["schemas"]["Share"] | null;
        };
        /** @enum {string} */
        RowStateName: "planned" | "awaiting_approval" | "blocked" | "unassigned" | "intended" | "unsure" | "postponed" | "waiting" | "taken_over" | "refused" | "full" | "no_relation" | "failed" | "cancelled";
        /** @description Customers that meet `when` go to `to`, shared as `share` says if there are several. */
        Rule: {
            name: string;
            /** @description These never get a customer by this rule. */
            never?: string[];
            share?: components["schemas"]["Share"];
            to: components["schemas"]["Target"];
            when: components["schemas"]["Condition"];
        };
        /** @description A rule set in one of its versions. */
        RuleSet: {
            /** Format: uuid */
            id: string;
            is_archived: boolean;
            name: string;
            otherwise: string[] | null;
            rules: components["schemas"]["Rule"][];
            /** Format: int64 */
            saved_at: number;
            /** @description `account:<id>`, `operator` or `system`. */
            saved_by: string;
            /** Format: int64 */
            version: number;
        };
        /** @description What a rule set says. */
        RuleSetInput: {
            name: string;
            /** @description Who takes what no rule takes; without, it is listed. */
            otherwise?: string[] | null;
            /** @description Asked in this order; the first that holds decides. */
            rules: components["schemas"]["Rule"][];
            /**
             * Format: int64
             * @description With PUT: the version that was changed.
             */
            version?: number | null;
        };
        /** @description The new order of the rule sets: every one of them, once. */
        RuleSetOrder: {
            ids: string[];
        };
        /** @description The saved rule set that a handover's rules are of. */
        RuleSetRef: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: int64 */
            version: number;
        };
        RuleTally: {
            /**
             * Format: int64
             * @description Place of the rule, from 0.
             */
            rule: number;
            tally: components["schemas"]["PolicyTally"];
        };
        /** @description A handover that is planned and started at once. */
        RunInput: {
            /**
             * Format: int64
             * @description Rows that will be submitted, as the preview told: another number is refused.
             */
            confirm_total: number;
            handover: components["schemas"]["HandoverInput"];
        };
        /** @description Messages that were found, newest first. */
        SearchHits: {
            /** @description Those of the messages, in no order. */
            conversations: components["schemas"]["Conversation"][];
            items: components["schemas"]["Message"][];
            /**
             * @description Give it back as `cursor` for older ones; absent when there is nothing more. A page may be
             *     short and yet have a next one.
             */
            next_cursor: string | null;
        };
        /** @description What is looked for. Nothing of it is written to a log. */
        SearchInput: {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: int64
             * @description Sent from then on, milliseconds.
             */
            from?: number | null;
            /** Format: int64 */
            limit?: number | null;
            /** @description Words; `"a phrase"`, `a OR b`, `-without`, brackets. Empty: every message. */
            query?: string;
            /**
             * Format: int64
             * @description Sent before then, milliseconds.
             */
            to?: number | null;
            /** @description None of these. */
            unwanted?: components["schemas"]["FacetInput"][];
            /** @description Of one sort any, of different sorts all. */
            wanted?: components["schemas"]["FacetInput"][];
        };
        ServerFacts: {
            /** @description Whether this is the demo, whose clock follows the sandbox's. */
            demo: boolean;
            /**
             * Format: int64
             * @description The server's clock.
             */
            now: number;
            version: string;
        };
        /** @description Who is signed in, and what the console needs to know of it. */
        Session: {
            account: components["schemas"]["Account"];
            /** @description To be sent as `X-CSRF-Token` with everything but GET. */
            csrf_token: string;
            /** @description What the account's role may do, before its departments are looked at. */
            permissions: components["schemas"]["ActName"][];
            server: components["schemas"]["ServerFacts"];
        };
        /** @enum {string} */
        SettingSource: "file" | "env" | "console" | "none";
        /** @description What has become of the customer. */
        SettleInput: {
            reason: string;
        };
        /**
         * @description How a rule shares its customers among several successors.
         * @enum {string}
         */
        Share: "balanced" | "weighted" | "affinity";
        SignInInput: {
            login: string;
            password: string;
        };
        /** @description How many customers stand in a state, and with which of WeCom's codes. */
        Standing: {
            /** Format: int64 */
            customers: number;
            /** Format: int64 */
            errcode: number | null;
            state: string;
        };
        /** @enum {string} */
        StandingName: "served" | "in_transfer" | "waiting" | "lost";
        /** @description Confirms what is to be carried out. */
        StartInput: {
            /**
             * Format: int64
             * @description Rows that will be submitted, as shown to whoever confirms: `counts.planned`.
             */
            confirm_total: number;
            /**
             * Format: int64
             * @description Version of the plan that was shown.
             */
            version: number;
        };
        /** @description Something that was done or learned. */
        Step: {
            /** @description `system`, `operator` or `account:…`. */
            actor: string;
            /** @description Name of the account. */
            actor_name: string | null;
            /** Format: int64 */
            at: number;
            /**
             * Format: uuid
             * @description The call to WeCom it belongs to.
             */
            call_id: string | null;
            detail: Record<string, never> | null;
            outcome: string;
            /**
             * Format: int64
             * @description Absent if the step is about the handover as a whole.
             */
            row_no: number | null;
            step: string;
        };
        StepUpInput: {
            password: string;
        };
        /** @enum {string} */
        SubjectKind: "customer" | "group";
        Successor: {
            name: string;
            userid: string;
        };
        SuccessorNotice: {
            /** Format: int64 */
            sent_at: number | null;
            state: components["schemas"]["NoticeState"];
        };
        SuccessorPlan: {
            /**
             * Format: int64
             * @description Customers the successor has already.
             */
            already: number;
            /** Format: int64 */
            customers: number;
            /** Format: int64 */
            groups: number;
            name: string;
            userid: string;
        };
        SuccessorProgress: {
            /** Format: int64 */
            customers: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            groups: number;
            name: string;
            notice: components["schemas"]["SuccessorNotice"];
            /** Format: int64 */
            refused: number;
            /** Format: int64 */
            taken_over: number;
            userid: string;
            /** Format: int64 */
            waiting: number;
        };
        SyncInput: {
            kind: components["schemas"]["SyncKind"];
        };
        /** @enum {string} */
        SyncKind: "full";
        /** @description Where a run is. */
        SyncProgress: {
            /** Format: int64 */
            done: number;
            /** @description `leavers`, `directory`, `tags`, `customers`, `groups` or `done`. */
            step: string;
            /**
             * Format: int64
             * @description Absent while not known.
             */
            total: number | null;
        };
        /** @description One run. */
        SyncRun: {
            /** @description Things read, by kind. */
            counts: {
                [key: string]: number;
            };
            /** @description What stopped the run. */
            error: string | null;
            /** Format: int64 */
            finished_at: number | null;
            /** Format: int64 */
            id: number;
            /** @description `full`, `reconcile` or `leavers`. */
            kind: string;
            progress: components["schemas"]["SyncProgress"];
            /** @description Things that callbacks had lost, by kind. */
            repaired: {
                [key: string]: number;
            };
            /** Format: int64 */
            started_at: number;
        };
        /** @description How fresh the data is. */
        SyncState: {
            /** Format: int64 */
            last_finished_at: number | null;
            /**
             * Format: int64
             * @description Things the last run repaired that callbacks had lost.
             */
            repaired_last: number;
            running: components["schemas"]["SyncRun"] | null;
        };
        TagCount: {
            /** Format: int64 */
            count: number;
            group_name: string;
            id: string;
            name: string;
        };
        TagGroup: {
            group_id: string;
            name: string;
            tags: components["schemas"]["TagName"][];
        };
        TagName: {
            id: string;
            name: string;
        };
        /** @description Who takes the customers of a rule. */
        Target: {
            /** @enum {string} */
            kind: "members";
            userids: string[];
        } | {
            department: components["schemas"]["i64"];
            /** @enum {string} */
            kind: "department";
        } | {
            /** Format: int32 */
            at_least: number;
            department?: components["schemas"]["i64"] | null;
            /** @enum {string} */
            kind: "skill";
        } | {
            /** @enum {string} */
            kind: "leader";
        };
        /** @description Somebody who serves customers. */
        Teammate: {
            departments: number[];
            /**
             * Format: int64
             * @description Customers now.
             */
            load: number;
            name: string;
            profile: components["schemas"]["MemberProfile"];
            /**
             * Format: int64
             * @description How many more the member can take.
             */
            room: number;
            userid: string;
        };
        /** @description Something that happened to a customer. */
        TimelineEntry: {
            /** @description `system`, `operator` or `account:…`; absent where WeCom does not tell. */
            actor: string | null;
            actor_name: string | null;
            /** Format: int64 */
            at: number;
            detail: Record<string, never> | null;
            /** @description `added`, `ended`, `joined`, or the name of a handover's step: `plan`, `submit` … */
            event: string;
            group_name: string | null;
            /** Format: uuid */
            handover: string | null;
            kind: components["schemas"]["TimelineKind"];
            member: components["schemas"]["MemberName"] | null;
            /** @description Why a relation ended, what was predicted, or what came of a step. */
            outcome: string | null;
            reason: components["schemas"]["RowReason"] | null;
            /** Format: int64 */
            row_no: number | null;
            successor: components["schemas"]["MemberName"] | null;
        };
        /** @enum {string} */
        TimelineKind: "relation" | "handover" | "group";
        /** @description Something that waits for the administrator. */
        Todo: {
            /** Format: int64 */
            count: number;
            kind: components["schemas"]["TodoKind"];
            /** @description Path in the console. */
            link: string;
            /** @description Values for the places of the text. */
            title_params: {
                [key: string]: string;
            };
        };
        /** @enum {string} */
        TodoKind: "leaver_waiting" | "contact_ways" | "refusals" | "doctor" | "sync_stale" | "first_sync" | "connect" | "row_failed" | "first_contact" | "cases" | "approvals" | "orphans" | "archive_urgent" | "archive_losing" | "archive_refused" | "archive_files" | "archive_parked" | "archive_not_begun" | "archive_gap" | "archive_behind" | "archive_unopened";
        /** @description What becomes of a message. */
        Treatment: {
            /**
             * Format: int32
             * @description Days from sending after which it is deleted; absent: never.
             */
            days?: number | null;
            keep: components["schemas"]["KeepName"];
            /** @description Whether files are fetched and kept. */
            media: boolean;
        };
        /** @description A member who serves customers and is not archived. */
        UnarchivedMember: {
            /** Format: int64 */
            customers: number;
            name: string;
            userid: string;
        };
        /** @description What somebody said. */
        Vote: {
            /** @description `account:<id>`. */
            account: string;
            account_name: string | null;
            /** Format: int64 */
            at: number;
            comment: string;
            decision: components["schemas"]["VoteDecision"];
            /** @description It is about the rows that wait now. */
            present: boolean;
            /** Format: int64 */
            withdrawn_at: number | null;
        };
        /** @enum {string} */
        VoteDecision: "approve" | "decline";
        /** @description A word on the rows that wait. */
        VoteInput: {
            /** @description Must say why if it is a no. */
            comment?: string;
            /** @description `digest` of the rows that were shown. */
            digest: string;
        };
        /** @description The connection as it is set. Secrets are never given out, only whether they are set. */
        WecomSettings: {
            /** Format: int64 */
            agent_id: number | null;
            app_secret_set: boolean;
            /** @description Whether the configuration names the archive's library; it cannot be named here. */
            archive_library_set: boolean;
            archive_secret_set: boolean;
            base_url: string;
            callback: components["schemas"]["CallbackSettings"];
            contacts_secret_set: boolean;
            corp_id: string | null;
            /**
             * Format: int64
             * @description Hours after a takeover within which the successor is to contact the customer.
             */
            first_contact_hours: number;
            /** @description Where people reach this server. */
            public_url: string | null;
            /** @description Name of the tag group that stands for regions. */
            region_group: string;
            /** @description Where each field comes from; what file and environment say cannot be changed here. */
            source: {
                [key: string]: components["schemas"]["SettingSource"];
            };
        };
        /** @description What is to be changed; absent fields stay as they are. Secrets go in and never out. */
        WecomSettingsInput: {
            /** Format: int64 */
            agent_id?: number | null;
            app_secret?: string | null;
            archive_secret?: string | null;
            callback_aes_key?: string | null;
            callback_token?: string | null;
            contacts_secret?: string | null;
            corp_id?: string | null;
            /** Format: int64 */
            first_contact_hours?: number | null;
            public_url?: string | null;
            region_group?: string | null;
        };
        /** @description Where the browser goes to sign in by WeCom's QR code. */
        WecomSignIn: {
            url: string;
        };
        /** @enum {string} */
        WhyLeftOut: "policy" | "refused" | "erased";
        /** @enum {string} */
        WhyName: "vip" | "second_transfer";
        /** @enum {string} */
        WhyNothing: "not_granted" | "no_history" | "after_takeover" | "too_old" | "other_kind" | "not_taken_over" | "refused" | "archive_off";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_accounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Account"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    create_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountCreated"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordReset"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_approvals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Approvals"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_decided_approvals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Decided"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_archive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchiveStatus"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_consents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                external_userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ArchiveConsent"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    renew_all_conversation_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                channel?: components["schemas"]["ChannelName"];
                cursor?: string;
                kind?: components["schemas"]["ConversationKind"];
                limit?: number;
                /** @description Id of a member or customer who takes part. */
                person?: string;
                /** @description Id of a room; then nothing else is asked for. */
                room?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Conversation"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    take_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description The reason, by the id that the preview gave it; it counts for an hour. */
                reading: string;
                /** @description Sent then or later. */
                since: number | null;
                /** @description Sent before. */
                until: number | null;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": number[];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preview_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvidenceInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidencePreview"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    renew_conversation_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyNumber"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    read_conversation: {
        parameters: {
            query?: {
                after?: string;
                around?: string;
                /** @description Id of a message. */
                before?: string;
                limit?: number;
                /** @description Only what this person said. */
                sender?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_corp_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CorpKey"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    exchange_corp_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyNumber"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_erasures: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on the page, 1 to 1000. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Erasure"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    erase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ErasureInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_certificate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureCertificate"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preview_erasure: {
        parameters: {
            query: {
                id: string;
                of: components["schemas"]["ArchiveSubjectKind"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasurePreview"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_evidence_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceKey"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_evidence_verifier: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_holds: {
        parameters: {
            query?: {
                /** @description Only those that stand. */
                standing?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Hold"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    place_hold: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    lift_hold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LiftInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_released: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleasedByHold"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_archive_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ArchiveKey"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    add_archive_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ArchiveKeyInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchiveKey"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    remove_archive_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_roster: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchiveRoster"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_file: {
        parameters: {
            query?: {
                /** @description Have browsers show what was sent as a file, where they can; else it is saved. */
                view?: boolean;
            };
            header?: never;
            path: {
                id: string;
                place: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Done */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    explain_nothing: {
        parameters: {
            query?: {
                /** @description Id of a customer. */
                customer?: string;
                /** @description Id of a room. */
                room?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    know_parked: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParkedInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    retry_parked: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParkedInput"];
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_archive_policies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ArchivePolicy"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    save_archive_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ArchivePolicyInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchivePolicy"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_archive_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchivePolicy"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    activate_archive_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchivePolicy"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    simulate_archive_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    pull_archive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_reading_reason: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentReason"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    give_reading_reason: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadingReasonInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadingReason"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_reviews: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on the page, 1 to 1000. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Review"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    make_review: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Review"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Review"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_review_xlsx: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_review_items: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Whether something was done about what was found. */
                handled?: boolean;
                limit?: number;
                state?: components["schemas"]["ReviewItemState"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ReviewItem"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_review_course: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewCourse"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    handle_review_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewHandlingInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewItem"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    read_review_item: {
        parameters: {
            query?: {
                /** @description `after` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    open_review_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewItem"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    reopen_review_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewItem"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    judge_review_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewVerdictInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewItem"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    next_review_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NextReviewItemInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NextReviewItem"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    report_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewReport"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preview_review: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewPlan"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    report_reviews: {
        parameters: {
            query: {
                first_day: string;
                last_day: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewReport"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    search_archive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchHits"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_entries: {
        parameters: {
            query?: {
                /** @description An act (`handover.start`), or all of an area (`handover`). */
                act?: string;
                /** @description An account by its id or a part of its name; `operator` or `system`. */
                actor?: string;
                cursor?: string;
                /** @description At this moment or later. */
                from?: number;
                limit?: number;
                /** @description `kind`, `kind:id` or `:id`. */
                object?: string;
                /** @description Before this moment. */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    verify_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_case_owners: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseOwners"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_case_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseTemplates"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    put_case_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseTemplates"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseTemplates"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_cases: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Id of the account that sees to it. */
                owner?: string;
                state?: components["schemas"]["CaseState"];
                /** @description Whose case. */
                userid?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CaseSummary"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    open_case: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    close_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseClosing"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    comment_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseCommentInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_case_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseItemChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    reopen_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_contact_ways: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Names somebody who has left. */
                left?: boolean;
                limit?: number;
                /** @description Names this member. */
                member?: string;
                /** @description Contained in name or channel. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ContactWay"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    put_customer_profiles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerProfiles"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerProfilesDone"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_customers: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Userid of a member who serves them now. */
                member?: string;
                /** @description Whether a handover has ever passed them on. */
                passed_on?: boolean;
                /** @description Part of the name or of a remark, or the id. */
                q?: string;
                /** @description `served`, `in_transfer`, `waiting` or `lost`. */
                state?: string;
                /** @description Tag id. */
                tag?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Customer"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                external_userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerDetail"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_timeline: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description `relation`, `handover` or `group`. */
                kind?: string;
                limit?: number;
            };
            header?: never;
            path: {
                external_userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineEntry"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_customers: {
        parameters: {
            query?: {
                /** @description Userid of a member who serves them now. */
                member?: string;
                /** @description Whether a handover has ever passed them on. */
                passed_on?: boolean;
                /** @description Part of the name or of a remark, or the id. */
                q?: string;
                /** @description `served`, `in_transfer`, `waiting` or `lost`. */
                state?: string;
                /** @description Tag id. */
                tag?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_customers_xlsx: {
        parameters: {
            query?: {
                /** @description Userid of a member who serves them now. */
                member?: string;
                /** @description Whether a handover has ever passed them on. */
                passed_on?: boolean;
                /** @description Part of the name or of a remark, or the id. */
                q?: string;
                /** @description `served`, `in_transfer`, `waiting` or `lost`. */
                state?: string;
                /** @description Tag id. */
                tag?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_departments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Department"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_departures: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Only of this department and those below it. */
                department?: number;
                limit?: number;
                /** @description Start of the name, alias or userid. */
                q?: string;
                /** @description `exposure` (the most that nobody else knows first) or `hygiene` (the worst first). */
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Departure"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_departure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Departure"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_exposed_customers: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description `single_owner` or `undocumented`. */
                kind?: string;
                limit?: number;
            };
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CustomerOfLeaver"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_notice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoticeInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoticePlan"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    draft_notice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoticeDraftsInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_NoticeDraft"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_departures: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Only of this department and those below it. */
                department?: number;
                limit?: number;
                /** @description Start of the name, alias or userid. */
                q?: string;
                /** @description `exposure` (the most that nobody else knows first) or `hygiene` (the worst first). */
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_doctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorReport"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    run_doctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorReport"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_first_contacts: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description `overdue` (when absent), `open` (those overdue too) or `contacted`. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FirstContact"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_handovers: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Userid. */
                leaver?: string;
                limit?: number;
                /** @description `draft`, `running`, `finished` or `cancelled`. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HandoverSummary"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_handover: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HandoverInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HandoverInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    delete_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_approvals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approvals"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    approve_rows: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VoteInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approvals"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    cancel_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    count_contact_ways_of_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoverContactWays"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    decline_rows: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VoteInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approvals"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    watch_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Progress"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_rows: {
        parameters: {
            query?: {
                /** @description How far remark and tags are written. */
                carry?: string;
                prediction?: string;
                /** @description Part of the name, or the id. */
                q?: string;
                /** @description One state, or several with commas. */
                state?: string;
                /** @description `customer` or `group`. */
                subject_kind?: string;
                /** @description Userid. */
                successor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_rows_xlsx: {
        parameters: {
            query?: {
                /** @description How far remark and tags are written. */
                carry?: string;
                prediction?: string;
                /** @description Part of the name, or the id. */
                q?: string;
                /** @description One state, or several with commas. */
                state?: string;
                /** @description `customer` or `group`. */
                subject_kind?: string;
                /** @description Userid. */
                successor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    write_notes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotesInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotesWritten"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_record: {
        parameters: {
            query?: {
                /** @description `system`, `operator` or `account:…`. */
                actor?: string;
                cursor?: string;
                /** @description At this moment or later. */
                from?: number;
                limit?: number;
                outcome?: string;
                row_no?: number;
                step?: string;
                /** @description Before this moment. */
                until?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RecordLine"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_record: {
        parameters: {
            query?: {
                /** @description `system`, `operator` or `account:…`. */
                actor?: string;
                /** @description At this moment or later. */
                from?: number;
                outcome?: string;
                row_no?: number;
                step?: string;
                /** @description Before this moment. */
                until?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_record_xlsx: {
        parameters: {
            query?: {
                /** @description `system`, `operator` or `account:…`. */
                actor?: string;
                /** @description At this moment or later. */
                from?: number;
                outcome?: string;
                row_no?: number;
                step?: string;
                /** @description Before this moment. */
                until?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_record_values: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordValues"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    retry_rows: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_rows: {
        parameters: {
            query?: {
                /** @description How far remark and tags are written. */
                carry?: string;
                cursor?: string;
                limit?: number;
                prediction?: string;
                /** @description Part of the name, or the id. */
                q?: string;
                /** @description One state, or several with commas. */
                state?: string;
                /** @description `customer` or `group`. */
                subject_kind?: string;
                /** @description Userid. */
                successor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Row"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_row: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                row_no: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowDetail"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    write_row_note: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                row_no: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    start_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_steps: {
        parameters: {
            query?: {
                /** @description `system`, `operator` or `account:…`. */
                actor?: string;
                cursor?: string;
                /** @description At this moment or later. */
                from?: number;
                limit?: number;
                outcome?: string;
                row_no?: number;
                step?: string;
                /** @description Before this moment. */
                until?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Step"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    undo_handover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    withdraw_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preview_handover: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HandoverInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    preview_message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessagePreviewInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePreview"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    run_handover: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_leavers: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Part of the name, or start of the userid. */
                q?: string;
                /** @description `waiting`, `in_progress`, `done` or `all`. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Leaver"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_leaver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaverDetail"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_contact_ways_of_leaver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaverContactWays"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    tick_by_hand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ByHandInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    point_contact_ways: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PointInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pointed"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_customers_of_leaver: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Part of the name or the remark. */
                q?: string;
                /** @description Only with this tag. */
                tag?: string;
            };
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CustomerOfLeaver"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_groups_of_leaver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CustomerGroup"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Only of this department and those below it. */
                department?: number;
                limit?: number;
                /** @description Start of the name, alias or userid. */
                q?: string;
                /** @description `active` or `left`. */
                status?: string;
                /** @description Says of each member whether it could succeed this one. */
                successor_for?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Member"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MessageTemplate"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    create_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageTemplateInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageTemplate"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageTemplateInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageTemplate"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    delete_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_my_customers: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /**
                 * @description `open` (to contact, the one due first at first), `overdue` or `contacted`; all when absent,
                 *     the latest first.
                 */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MyCustomer"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    mark_contact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                row_no: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    take_contact_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                row_no: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_orphans: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on the page, 1 to 1000. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Orphan"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    settle_orphan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                external_userid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettleInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_outcome: {
        parameters: {
            query?: {
                /** @description `leaver` (when absent), `successor` or `rule`. */
                by?: string;
                /** @description Unix seconds; a year ago when absent. */
                from?: number;
                /** @description Unix seconds, not included; now when absent. */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outcome"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    export_outcome: {
        parameters: {
            query?: {
                /** @description `leaver` (when absent), `successor` or `rule`. */
                by?: string;
                /** @description Unix seconds; a year ago when absent. */
                from?: number;
                /** @description Unix seconds, not included; now when absent. */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_rule_sets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RuleSet"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    create_rule_set: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleSetInput"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleSet"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_rule_set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RuleSet"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    save_rule_set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleSetInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleSet"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    archive_rule_set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    order_rule_sets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleSetOrder"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RuleSet"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    step_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepUpInput"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_wecom_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WecomSignIn"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    finish_wecom_sign_in: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in, on to the console */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_approval_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalPolicy"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_approval_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalPolicy"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalPolicy"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_planning_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanningSettings"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_planning_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanningSettings"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanningSettings"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    show_wecom_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WecomSettings"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    change_wecom_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WecomSettingsInput"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WecomSettings"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    start_sync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncInput"];
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    watch_sync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["SyncRun"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on the page, 1 to 1000. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SyncRun"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_tags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TagGroup"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    list_team: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Teammate"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    put_member_profile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberProfile"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberProfile"];
                };
            };
            /** @description What was not done, and why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}
