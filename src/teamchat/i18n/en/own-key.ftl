## own-key: beginning anew, preventing it, and new recovery words

tui-enter-lost = I have lost everything
tui-enter-lost-words = no device left, and no paper with the words
tui-lost-all-question = Really begin anew?
tui-lost-all-words = If you still have a device or the paper with the words, go back and take that. Otherwise you begin anew: all colleagues are warned that your key is another one, and compare the safety number with you. Earlier messages and the backup are lost. If there are still devices of yours, they are asked first and can prevent it; until then you have to wait. If you had entrusted your words to the custodians of your company, quit here and take “teamchat custody return”.
tui-lost-all-begin = Begin anew
tui-lost-all-asking = Preparing your new beginning …
tui-lost-all-done = You have begun anew
tui-lost-all-waits = Your devices are asked first
tui-lost-all-wait = If none of them stops it, it goes on: { $day }, { $time }. Then open teamchat again and choose “I have my recovery words”, with the new words.
tui-reset-asked = Somebody wants to begin anew in your name; all your devices end then ({ $day }, { $time }). ▸ { $key }: see and prevent
tui-reset-pending = Somebody wants to begin anew in your name. ▸ { $key }: see and prevent
tui-reset-question = Was that you?
tui-reset-words = Somebody has said, with your password, that your recovery words are lost. If nobody prevents it by then ({ $day }, { $time }), all your devices end, this one too, and somebody else stands for you. If it was not you, prevent it now.
tui-reset-stop = That was not me
tui-reset-mine = That was me
tui-reset-stopping = Preventing it …
tui-reset-stopping-words = This takes a moment.
tui-reset-stopped = Prevented
tui-reset-stopped-words = Your devices stay. But somebody knows your password: tell your IT department, and ask for a new invitation; with it you set another one.
tui-custody-pending = Somebody asks the custodians for your recovery words. ▸ { $key }: see and prevent
tui-custody-words = Somebody asks the custodians of your company for your recovery words, from a computer that is none of your devices. With them they would stand for you. If it was not you, prevent it now.
tui-custody-refused = Nothing was given out. But somebody knows your password: tell your IT department, and ask for a new invitation; with it you set another one.
tui-renew-question = New recovery words?
tui-renew-words = You get 16 other words. Those of now count no longer then; your devices stay, and your colleagues read one line about it. Take new ones if somebody may have seen the paper.
tui-renew-old = First the words of now
tui-renewing = Renewing your words …
tui-renewing-words = This takes a moment.
tui-renewed = Your new words count
tui-renewed-words = Destroy the old paper.

tui-action-recovery-words = New recovery words
tui-about-recovery-words = Replace the 16 words if somebody may have seen them.
