CREATE TABLE `recovery` (
	`account_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`sealed` blob NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
