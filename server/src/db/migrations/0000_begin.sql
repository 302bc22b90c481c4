CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`login` text NOT NULL,
	`record` text NOT NULL,
	`stretching` text NOT NULL,
	`identity_key` blob NOT NULL,
	`list` blob NOT NULL,
	`list_signature` blob NOT NULL,
	`list_counter` integer NOT NULL,
	`delivery_keys_version` integer NOT NULL,
	`delivery_keys_digest` blob NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_login_unique` ON `accounts` (`login`);--> statement-breakpoint
CREATE TABLE `claims` (
	`card` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`claimant` blob NOT NULL,
	`forget_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `claims_by_account` ON `claims` (`account_id`);--> statement-breakpoint
CREATE TABLE `collected` (
	`order` integer PRIMARY KEY NOT NULL,
	`mailbox` blob NOT NULL,
	`id` blob NOT NULL,
	`digest` blob NOT NULL,
	`forget_at_ms` integer NOT NULL,
	FOREIGN KEY (`mailbox`) REFERENCES `devices`(`mailbox`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `collected_mailbox_id_unique` ON `collected` (`mailbox`,`id`);--> statement-breakpoint
CREATE TABLE `delivery_keys` (
	`hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`class` text NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `delivery_keys_by_account` ON `delivery_keys` (`account_id`);--> statement-breakpoint
CREATE TABLE `devices` (
	`mailbox` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`device_id` integer NOT NULL,
	`registration_id` integer NOT NULL,
	`epoch` integer NOT NULL,
	`signed_id` integer,
	`signed_key` blob,
	`signed_signature` blob,
	`last_resort_id` integer,
	`last_resort_key` blob,
	`last_resort_signature` blob,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `devices_account_id_device_id_unique` ON `devices` (`account_id`,`device_id`);--> statement-breakpoint
CREATE TABLE `envelopes` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`mailbox` blob NOT NULL,
	`id` blob NOT NULL,
	`digest` blob NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`sealed` blob NOT NULL,
	FOREIGN KEY (`mailbox`) REFERENCES `devices`(`mailbox`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `envelopes_by_mailbox` ON `envelopes` (`mailbox`,`sequence`);--> statement-breakpoint
CREATE UNIQUE INDEX `envelopes_mailbox_id_unique` ON `envelopes` (`mailbox`,`id`);--> statement-breakpoint
CREATE TABLE `invites` (
	`hash` blob PRIMARY KEY NOT NULL,
	`uses_left` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `one_time_prekeys` (
	`mailbox` blob NOT NULL,
	`kind` text NOT NULL,
	`id` integer NOT NULL,
	`key` blob,
	`signature` blob,
	`forget_at_ms` integer,
	PRIMARY KEY(`mailbox`, `kind`, `id`),
	FOREIGN KEY (`mailbox`) REFERENCES `devices`(`mailbox`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `relay` (
	`id` integer PRIMARY KEY NOT NULL,
	`store_epoch` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`device_id` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `tokens_by_device` ON `tokens` (`account_id`,`device_id`);