DROP INDEX `collected_by_day`;--> statement-breakpoint
DROP INDEX `envelopes_by_mailbox`;