CREATE TABLE `device_states` (
	`mailbox` blob PRIMARY KEY NOT NULL,
	`epoch` integer DEFAULT 0 NOT NULL,
	`x25519_left` integer DEFAULT 0 NOT NULL,
	`kyber_left` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`mailbox`) REFERENCES `devices`(`mailbox`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `device_states`("mailbox", "epoch", "x25519_left", "kyber_left") SELECT "mailbox", "epoch", (SELECT count(*) FROM `one_time_prekeys` k WHERE k."mailbox" = d."mailbox" AND k."kind" = 'x25519' AND k."key" IS NOT NULL), (SELECT count(*) FROM `one_time_prekeys` k WHERE k."mailbox" = d."mailbox" AND k."kind" = 'kyber' AND k."key" IS NOT NULL) FROM `devices` d;--> statement-breakpoint
ALTER TABLE `devices` DROP COLUMN `epoch`;
