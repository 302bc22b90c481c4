ALTER TABLE `tokens` ADD `name` blob;--> statement-breakpoint
ALTER TABLE `tokens` ADD `since_day_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `tokens` ADD `seen_day_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `tokens` SET `since_day_ms` = unixepoch() / 86400 * 86400000, `seen_day_ms` = unixepoch() / 86400 * 86400000;
