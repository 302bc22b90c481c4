CREATE TABLE `account_limits` (
	`account_id` text PRIMARY KEY NOT NULL,
	`is_disabled` integer DEFAULT false NOT NULL,
	`mailbox_bytes` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `admin_keys` (
	`hash` blob PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`expires_at_ms` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) WITHOUT ROWID;
